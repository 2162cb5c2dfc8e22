// SPDX-License-Identifier: Apache-2.0
#include "domain/store.h"
#include "tests/plugins/storage-postgres/pg_fixture.h"
#include "tests/support/postgres_certificate.h"
#include "tests/support/temporary_directory.h"

#include <cstdlib>
#include <libpq-fe.h>

namespace latchkey::pg {

namespace {

constexpr Query kWho{"test.who", "SELECT current_user || ' ' || current_setting('application_name')"};
constexpr Query kTls{"test.tls", "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)::text"};
constexpr char kPassword[] = "s3cret: with \\ and ' and blanks";

// Set while the object lives.
class Environment {
public:
    Environment(const char* name, const std::string& value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        ::setenv(name, value.c_str(), 1);
    }
    ~Environment() {
        if (old_) ::setenv(name_, old_->c_str(), 1);
        else ::unsetenv(name_);
    }

private:
    const char* name_;
    std::optional<std::string> old_;
};

std::string read(const std::string& conninfo, const Query& query) {
    Connection connection(ConnectOptions::parse(conninfo));
    return word(connection, query);
}

}  // namespace

/// Every way to the server that the settings allow, and what is said where there is none.
class ReachTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReachTest);
    CPPUNIT_TEST(acceptsUrisAndKeysOverSocketAndTcp);
    CPPUNIT_TEST(passwordsComeFromTheSettingOrFromLibpqsFiles);
    CPPUNIT_TEST(verifiesTheServersCertificate);
    CPPUNIT_TEST(refusesACertificateOfAnotherAuthority);
    CPPUNIT_TEST(refusesACertificateForAnotherHost);
    CPPUNIT_TEST(showsAClientCertificate);
    CPPUNIT_TEST(choosesTheHostThatTakesWrites);
    CPPUNIT_TEST(saysWhatIsWrong);
    CPPUNIT_TEST_SUITE_END();

    static test::Postgres& withPasswords() {
        static test::Postgres server({.major = {}, .settings = {}, .parent = {}, .passwords = true});
        static const bool made = [] {
            server.createRole("mas", std::string("LOGIN PASSWORD 's3cret: with \\ and '' and blanks'"));
            return true;
        }();
        return made ? server : server;
    }
    static test::Postgres& withTls() {
        static test::Postgres server({.major = {}, .settings = {}, .parent = {}, .tls = true});
        return server;
    }
    static std::string tcp(const test::Postgres& server, const std::string& user = "postgres") {
        return "host=127.0.0.1 dbname=postgres port=" + std::to_string(server.port()) + " user=" + user;
    }
    // Once as the setting's file, once inline, as Config makes of them.
    static std::vector<ConnectOptions> withAuthority(const std::string& conninfo, const std::string& file) {
        ConnectOptions byFile = ConnectOptions::parse(conninfo + " sslrootcert=" + file);
        ConnectOptions inlined = ConnectOptions::parse(conninfo);
        inlined.ca = config::Secret(test::readText(file));
        return {byFile, inlined};
    }
    static std::string refusal(const ConnectOptions& options) {
        return thrownBy([&] { Connection connection(options); });
    }

public:
    void setUp() override { test::postgresAvailable(); }

    void acceptsUrisAndKeysOverSocketAndTcp() {
        const test::Postgres& server = test::Postgres::shared();
        const std::string port = std::to_string(server.port());
        std::string encoded;
        for (const char c : server.socketDirectory()) encoded += c == '/' ? "%2F" : std::string(1, c);
        for (const std::string& conninfo :
             {server.conninfo("postgres"), server.uri("postgres"), "postgresql://postgres@" + encoded + ":" + port + "/postgres", "postgres://postgres@127.0.0.1:" + port,
              "postgresql:///postgres?host=" + server.socketDirectory() + "&port=" + port + "&user=postgres", "hostaddr=127.0.0.1 port=" + port + " user=postgres dbname='postgres'"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(conninfo, std::string("postgres matrix-authentication-service"), read(conninfo, kWho));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("postgres two words"), read(server.conninfo("postgres") + " application_name='two words'", kWho));
        constexpr Query kSetting{"test.setting", "SELECT current_setting('lock_timeout')"};
        CPPUNIT_ASSERT_EQUAL(std::string("7s"), read(server.uri("postgres") + "?options[lock_timeout]=7s", kSetting));
    }

    void passwordsComeFromTheSettingOrFromLibpqsFiles() {
        const std::string conninfo = tcp(withPasswords(), "mas");
        const std::string line = "127.0.0.1:*:postgres:mas:s3cret\\: with \\\\ and ' and blanks\n";
        const test::TemporaryDirectory directory;
        ConnectOptions options = ConnectOptions::parse(conninfo);
        requireHolds("database.password", refusal(options));
        {
            const Environment file("PGPASSFILE", directory.write("passwords", line));
            CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(options));
        }
        {
            const Environment none("PGPASSFILE", directory.write(".pgpass", line));
            const Environment home("HOME", directory.path());
            ::unsetenv("PGPASSFILE");
            CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(options));
        }
        {
            const Environment variable("PGPASSWORD", kPassword);
            CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(options));
            ConnectOptions wrong = ConnectOptions::parse(conninfo);  // the setting comes before the environment
            wrong.password = config::Secret("wrong");
            requireHolds("the password is wrong", refusal(wrong));
        }
        options.password = config::Secret(kPassword);
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(options));
    }

    void verifiesTheServersCertificate() {
        for (const char* mode : {"verify-full", "verify-ca", "require"}) {
            for (const ConnectOptions& options : withAuthority(tcp(withTls()) + " sslmode=" + mode, withTls().certificate())) {
                for (int use = 0; use < 2; ++use) {  // the second finds the secrets' files made
                    Connection connection(options);
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(mode, std::string("true"), word(connection, kTls));
                }
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string("true"), read(tcp(withTls()), kTls));
        CPPUNIT_ASSERT_EQUAL(std::string("false"), read(tcp(withTls()) + " sslmode=disable", kTls));
    }

    void refusesACertificateOfAnotherAuthority() {
        const test::TemporaryDirectory directory;
        test::writeServerCertificate(directory / "other.crt", directory / "other.key");
        for (const char* mode : {"verify-full", "verify-ca"}) {
            for (const ConnectOptions& options : withAuthority(tcp(withTls()) + " sslmode=" + mode, directory / "other.crt")) {
                const std::string thrown = refusal(options);
                requireStart("StorageDown: cannot connect", thrown);
                requireHolds("database.ssl_ca", thrown);
            }
        }
        ConnectOptions missing = ConnectOptions::parse(tcp(withTls()) + " sslmode=verify-full sslrootcert=" + (directory / "none.crt"));
        requireHolds("database.ssl_ca", refusal(missing));
    }

    void refusesACertificateForAnotherHost() {
        const std::string conninfo = "hostaddr=127.0.0.1 host=db.example dbname=postgres user=postgres port=" + std::to_string(withTls().port());
        for (const ConnectOptions& options : withAuthority(conninfo + " sslmode=verify-full", withTls().certificate())) {
            const std::string thrown = refusal(options);
            requireHolds("with verify-full its name must be the configured host", thrown);
            requireHolds("db.example", thrown);
        }
        for (const ConnectOptions& options : withAuthority(conninfo + " sslmode=verify-ca", withTls().certificate())) CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(options));
    }

    void showsAClientCertificate() {
        const test::TemporaryDirectory directory;
        test::writeServerCertificate(directory / "client.crt", directory / "client.key");  // its name is localhost, and so is the role's
        const std::string rules = directory.write("hba", "local all all trust\nhostssl all all 127.0.0.1/32 cert\n", 0644);
        test::Postgres server({.major = {}, .settings = {"hba_file=" + rules, "ssl_ca_file=" + (directory / "client.crt")}, .parent = {}, .tls = true});
        server.createRole("localhost");
        ConnectOptions options = ConnectOptions::parse(tcp(server, "localhost"));
        requireStart("StorageDown: cannot connect", refusal(options));
        options.certificate = config::Secret(test::readText(directory / "client.crt"));
        options.key = config::Secret(test::readText(directory / "client.key"));
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(options));
        CPPUNIT_ASSERT_EQUAL(std::string("nothing"), refusal(ConnectOptions::parse(tcp(server, "localhost") + " sslcert=" + (directory / "client.crt") + " sslkey=" + (directory / "client.key"))));
        requireHolds("pg_hba.conf", refusal(ConnectOptions::parse(tcp(server, "localhost") + " sslmode=disable")));
    }

    void choosesTheHostThatTakesWrites() {
        const test::Postgres readOnly({.major = {}, .settings = {"default_transaction_read_only=on"}, .parent = {}});
        const test::Postgres& primary = test::Postgres::shared();
        const std::string none = std::to_string(test::freePort());
        const std::string only = std::to_string(readOnly.port());
        const std::string writes = std::to_string(primary.port());
        constexpr Query kPort{"test.port", "SELECT current_setting('port')"};
        const std::string hosts = "127.0.0.1,127.0.0.1,127.0.0.1";
        CPPUNIT_ASSERT_EQUAL(writes, read("host=" + hosts + " port=" + none + "," + only + "," + writes + " user=postgres dbname=postgres target_session_attrs=read-write", kPort));
        CPPUNIT_ASSERT_EQUAL(only, read("postgresql://postgres@127.0.0.1:" + none + ",127.0.0.1:" + only + ",127.0.0.1:" + writes + "/postgres", kPort));
        CPPUNIT_ASSERT_EQUAL(writes, read("postgresql://postgres@127.0.0.1:" + only + ",127.0.0.1:" + writes + "/postgres?target_session_attrs=read-write", kPort));
        const std::string thrown = refusal(ConnectOptions::parse("postgresql://postgres@127.0.0.1:" + only + "/postgres?target_session_attrs=read-write"));
        requireHolds("target_session_attrs", thrown);
    }

    void saysWhatIsWrong() {
        const std::string passwords = tcp(withPasswords(), "mas");
        const std::string plain = tcp(test::Postgres::shared());
        const std::string port = std::to_string(test::Postgres::shared().port());
        const std::pair<std::string, const char*> cases[] = {
            {passwords + " password=wrong", "the password is wrong"},
            {passwords + " password='s3cret: with \\\\ and \\' and blanks' dbname=nowhere", "createdb --owner=mas nowhere"},
            {"host=127.0.0.1 dbname=postgres user=nobody_here port=" + port, "createuser --pwprompt nobody_here"},
            {plain + " sslmode=require", "the server offers no TLS"},
            {"host=127.0.0.1 user=a dbname=b port=" + std::to_string(test::freePort()), "nothing listens there"},
            {"host=/nonexistent user=a dbname=b", "there is no socket in that directory"},
            {"host=no-such-host.invalid user=a dbname=b", "the host's name cannot be resolved"},
        };
        for (const auto& [conninfo, said] : cases) {
            const std::string thrown = refusal(ConnectOptions::parse(conninfo));
            requireStart("StorageDown: cannot connect", thrown);
            requireHolds(said, thrown);
            CPPUNIT_ASSERT_MESSAGE(thrown, thrown.find("s3cret") == std::string::npos && thrown.find("wrong\"") == std::string::npos);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReachTest);

}  // namespace latchkey::pg
