// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/diagnosis.h"

#include "domain/store.h"
#include "plugins/storage-postgres/outage.h"

#include <cppunit/extensions/HelperMacros.h>

namespace latchkey::pg {

class DiagnosisTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DiagnosisTest);
    CPPUNIT_TEST(tellsTheCausesApart);
    CPPUNIT_TEST(namesTheTargetAndACure);
    CPPUNIT_TEST(anOutageHasGrowingPauses);
    CPPUNIT_TEST_SUITE_END();

    const Target target_{"db.example", "5432", "mas", "o'mas"};

public:
    void tellsTheCausesApart() {
        using F = ConnectFailure;
        const std::pair<const char*, F> cases[] = {
            {"connection to server at \"h\" (::1), port 1 failed: FATAL:  28P01: password authentication failed for user \"u\"\nLOCATION:  auth_failed, auth.c:340\n", F::wrongPassword},
            {"failed: FEHLER:  3D000: Datenbank \"x\" existiert nicht\n", F::missingDatabase},
            {"failed: FATAL:  28000: role \"u\" does not exist\n", F::missingRole},
            {"failed: FATAL:  28000: no pg_hba.conf entry for host \"1.2.3.4\", user \"u\", database \"d\", no encryption\n", F::notAllowed},
            {"failed: FATAL:  53300: sorry, too many clients already\n", F::tooManyConnections},
            {"failed: FATAL:  XX000: could not write init file\n", F::diskFull},
            {"failed: FATAL:  57P03: the database system is starting up\n", F::startingUp},
            {"failed: FATAL:  42501: permission denied for database \"d\"\n", F::noConnectPrivilege},
            {"failed: FATAL:  08P01: no such database: d\n", F::missingDatabase},
            {"failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n", F::refused},
            {"connection to server on socket \"/x/.s.PGSQL.1\" failed: No such file or directory\n", F::noSocket},
            {"could not translate host name \"x\" to address: Name or service not known\n", F::nameNotResolved},
            {"failed: server does not support SSL, but SSL was required\n", F::tlsRequired},
            {"failed: SSL error: certificate verify failed\n", F::tlsNotVerified},
            {"failed: server certificate for \"a\" does not match host name \"b\"\n", F::tlsNotVerified},
            {"root certificate file \"/x\" does not exist\n", F::tlsNotVerified},
            {"failed: fe_sendauth: no password supplied\n", F::passwordNeeded},
            {"failed: timeout expired\n", F::timedOut},
            {"failed: No route to host\n", F::unreachable},
            {"failed: server closed the connection unexpectedly\n", F::closedAtOnce},
        };
        for (const auto& [said, failure] : cases) CPPUNIT_ASSERT_MESSAGE(said, diagnose(target_, said, false, 30).failure == failure);
        CPPUNIT_ASSERT(diagnose(target_, "", true, 30).failure == F::timedOut);
    }

    void namesTheTargetAndACure() {
        const std::string message = diagnose(target_, "failed: FATAL:  3D000: database \"mas\" does not exist\nLOCATION:  x\n", false, 30).message;
        for (const char* part : {"db.example", "5432", "\"mas\"", "o'mas", "createdb --owner='o'\\''mas' mas"}) {
            CPPUNIT_ASSERT_MESSAGE(message, message.find(part) != std::string::npos);
        }
        CPPUNIT_ASSERT_MESSAGE(message, message.find("LOCATION") == std::string::npos && message.find('\n') == std::string::npos);
    }

    void anOutageHasGrowingPauses() {
        Outage outage;
        CPPUNIT_ASSERT(!outage.due(0));
        std::int64_t now = 1000;
        std::int64_t shortest = 375;
        for (int i = 0; i < 8; ++i) {
            outage.failed(now, "why", false);
            const std::int64_t pause = outage.nextAttempt() - now;
            CPPUNIT_ASSERT(pause >= shortest && pause <= 10'000);
            CPPUNIT_ASSERT(!outage.due(now) && outage.due(outage.nextAttempt()));
            shortest = std::min<std::int64_t>(shortest * 2, 7'500);
            now = outage.nextAttempt();
        }
        CPPUNIT_ASSERT_THROW(outage.raise(now), StorageDown);
        CPPUNIT_ASSERT_EQUAL(now - 1000, outage.over(now));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-1), outage.over(now));
        outage.failed(now, "too many", true);
        CPPUNIT_ASSERT_THROW(outage.raise(now), StorageBusy);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DiagnosisTest);

}  // namespace latchkey::pg
