// SPDX-License-Identifier: Apache-2.0
#include "tests/package/installation.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <unistd.h>

namespace latchkey::package {

/// The units for systemd, as installed.
class UnitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnitsTest);
    CPPUNIT_TEST(theServicesNameTheInstalledProgramAndTellSystemdWhenTheyAreReady);
    CPPUNIT_TEST(theServicesAreStartedAgainForAsLongAsItTakes);
    CPPUNIT_TEST(theServicesAreStoppedSoftlyAndWithinTheDrain);
    CPPUNIT_TEST(systemdUnderstandsEveryLine);
    CPPUNIT_TEST_SUITE_END();

    const Installation& installation_ = Installation::shared();

    std::string file(const std::string& name) const { return installation_.prefix() + "/lib/systemd/system/" + name; }
    std::string unit(const std::string& name) const { return test::readText(file(name)); }

    void theServicesNameTheInstalledProgramAndTellSystemdWhenTheyAreReady() {
        for (const char* name : {"latchkey.service", "latchkey-embedded.service"}) {
            requireHolds(unit(name), "ExecStart=" + installation_.prefix() + "/bin/mas-cli server ");
            for (const char* line : {"Type=notify\n", "ExecReload=/bin/kill -HUP $MAINPID\n", "WatchdogSec=", "LimitNOFILE=", "NoNewPrivileges=yes\n", "ProtectSystem=strict\n", "StateDirectory=latchkey\n"}) requireHolds(unit(name), line);
            requireLacks(unit(name), "@bindir@");
        }
        requireHolds(unit("latchkey.service"), "MemoryDenyWriteExecute=yes\n");
    }

    // The server ends with 1 if the database is not there at its start, e.g. while both boot.
    void theServicesAreStartedAgainForAsLongAsItTakes() {
        for (const char* name : {"latchkey.service", "latchkey-embedded.service"}) {
            requireHolds(unit(name), "StartLimitIntervalSec=0\n");
            requireHolds(unit(name), "Restart=on-failure\n");
        }
    }

    void theServicesAreStoppedSoftlyAndWithinTheDrain() {
        requireHolds(unit("latchkey.service"), "TimeoutStopSec=75\n");  // the drain's 60 s and the rest of the stop
        requireHolds(unit("latchkey-embedded.service"), "KillMode=mixed\n");
    }

    void systemdUnderstandsEveryLine() {
        const char* program = "/usr/bin/systemd-analyze";
        if (::access(program, X_OK) != 0) {
            std::fputs("SKIPPED: there is no systemd-analyze\n", stderr);
            return;
        }
        // What it does not understand it only says; nothing said is what counts.
        const test::Finished verified = must({program, "verify", "--man=no", file("latchkey.service"), file("latchkey-embedded.service"), file("latchkey.socket")});
        requireLacks(verified.output + verified.errors, installation_.prefix() + "/lib/systemd");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnitsTest);

}  // namespace latchkey::package
