// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/process.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::test {

/// PostgreSQL's server programs of one major version.
struct PostgresInstallation {
    int major = 0;
    std::string bin;  ///< directory of initdb and postgres
};

/// What is installed: the system's (/usr/lib/postgresql/N/bin) and what tests/support/install-postgres-majors brought, one per
/// major, ascending. LATCHKEY_PG_MAJORS="15 18" leaves only these.
std::vector<PostgresInstallation> postgresInstallations();

/// The one that tests use which do not care: the system's newest, else the newest of all. Nothing if there is none.
std::optional<PostgresInstallation> defaultPostgres();

/// True if there is a server. If there is none: false when LATCHKEY_SKIP_PG=1, with a line on standard error that says that
/// tests were skipped; otherwise throws, so that the test fails and says what to install.
bool postgresAvailable();

/// The user that servers run as, since PostgreSQL refuses to be root: postgres, else nobody; nothing if we are not root.
std::optional<uid_t> postgresUser();

struct PostgresOptions {
    std::optional<int> major;               ///< default: defaultPostgres()
    std::vector<std::string> settings;      ///< "max_connections=8"
    std::string parent;                     ///< where the cluster's directory is made; default $TMPDIR or /tmp
    bool passwords = false;                 ///< TCP asks for a password (scram-sha-256); else everybody is trusted
    bool tls = false;                       ///< with a certificate for localhost and 127.0.0.1, see certificate()
    bool durable = false;                   ///< fsync stays on
};

/// A private PostgreSQL cluster: a socket in its own directory (superuser `postgres`, trusted) and 127.0.0.1 on a free port.
/// Stopped and removed with the object, and stopped by the kernel when the test process dies; a directory left behind that way
/// is removed by the next cluster. Create it on the main thread. Everything throws std::runtime_error with PostgreSQL's words.
class Postgres {
public:
    explicit Postgres(PostgresOptions options = {});
    ~Postgres();
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;

    /// One per test binary, for tests that neither stop it nor change its settings; ends with the process.
    static Postgres& shared();
    /// The same for a given major.
    static Postgres& shared(int major);

    enum class Stop { smart, fast, immediate };
    void start();
    void stop(Stop mode = Stop::fast);
    void restart(Stop mode = Stop::fast) { stop(mode); start(); }
    void kill9();                                     ///< the postmaster; returns when its children are gone, too
    bool running() const { return process_ != nullptr; }
    void terminateBackends(const std::string& database);

    /// A new database with a name that was not used before. `owner` is created as a role without privileges if it is missing.
    /// From a template it is a copy, which takes some 30 ms; nobody may be connected to the template.
    std::string createDatabase(const std::string& templateDatabase = {}, const std::string& owner = {});
    void dropDatabase(const std::string& name);       ///< ends its sessions
    void createRole(const std::string& name, const std::string& attributes = "LOGIN");

    /// Runs statements as superuser on the socket; the first value of the last result, empty for NULL and for no row.
    std::string sql(const std::string& statements, const std::string& database = "postgres") const;
    /// The rows of one statement, values joined by tabs.
    std::vector<std::string> rows(const std::string& statement, const std::string& database) const;

    /// libpq's key=value form, over the socket.
    std::string conninfo(const std::string& database, const std::string& user = "postgres") const;
    /// A URI over TCP.
    std::string uri(const std::string& database, const std::string& user = "postgres", const std::string& password = {}) const;

    int port() const { return port_; }
    int major() const { return installation_.major; }
    const std::string& socketDirectory() const { return directory_; }
    std::string dataDirectory() const { return directory_ + "/data"; }
    std::string certificate() const { return directory_ + "/server.crt"; }  ///< PEM, self-signed: its own root
    std::string log() const { return process_ ? process_->errors() : lastLog_; }
    pid_t pid() const { return process_ ? process_->pid() : 0; }

private:
    void initialise();
    Launch launch(const std::vector<std::string>& arguments) const;

    PostgresOptions options_;
    PostgresInstallation installation_;
    std::string directory_;
    int port_;
    int created_ = 0;
    std::unique_ptr<Process> process_;
    std::string lastLog_;
};

}  // namespace latchkey::test
