// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres.h"

#include "tests/support/postgres_certificate.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <map>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::test {

namespace fs = std::filesystem;

namespace {

constexpr char kPrefix[] = "latchkey-pg-";
constexpr int kStartMs = 60'000;

PostgresInstallation chosen(const std::optional<int>& major) {
    if (!major) {
        const auto found = defaultPostgres();
        if (!found) throw std::runtime_error("no PostgreSQL server is installed");
        return *found;
    }
    for (const auto& each : postgresInstallations()) {
        if (each.major == *major) return each;
    }
    throw std::runtime_error("PostgreSQL " + std::to_string(*major) + " is not installed: run tests/support/install-postgres-majors");
}

fs::path parentOf(const PostgresOptions& options) {
    if (!options.parent.empty()) return options.parent;
    const char* temporary = std::getenv("TMPDIR");
    return temporary == nullptr ? "/tmp" : temporary;
}

// Directories are named after their process: what belongs to none any more was left behind by one that was killed.
void removeStale(const fs::path& parent) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(parent, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(kPrefix)) continue;
        const int pid = std::atoi(name.c_str() + sizeof kPrefix - 1);
        if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
    }
}

std::string makeDirectory(const fs::path& parent) {
    removeStale(parent);
    std::string path = (parent / (kPrefix + std::to_string(::getpid()) + "-XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr || ::chmod(path.c_str(), 0755) != 0) throw std::runtime_error("cannot make a directory in " + parent.string());
    return path;
}

void give(const std::string& path) {
    const auto user = postgresUser();
    if (user && ::chown(path.c_str(), *user, static_cast<gid_t>(-1)) != 0) throw std::runtime_error("cannot give away " + path);
}

class Session {
public:
    explicit Session(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {}
    ~Session() {
        PQclear(result_);
        PQfinish(connection_);
    }
    PGresult* run(const std::string& sql) {
        result_ = PQexec(connection_, sql.c_str());
        const ExecStatusType status = PQresultStatus(result_);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return result_;
        throw std::runtime_error(sql.substr(0, 200) + ": " + PQerrorMessage(connection_));
    }

private:
    PGconn* connection_;
    PGresult* result_ = nullptr;
};

}  // namespace

Postgres::Postgres(PostgresOptions options)
    : options_(std::move(options)), installation_(chosen(options_.major)), directory_(makeDirectory(parentOf(options_))), port_(freePort()) {
    give(directory_);
    initialise();
    start();
}

Postgres::~Postgres() {
    try {
        if (process_) stop(Stop::immediate);
    } catch (const std::exception&) {
        process_.reset();  // kills it
    }
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

Postgres& Postgres::shared() { return shared(chosen(std::nullopt).major); }

Postgres& Postgres::shared(int major) {
    static std::map<int, std::unique_ptr<Postgres>> clusters;
    auto& cluster = clusters[major];
    if (!cluster) cluster = std::make_unique<Postgres>(PostgresOptions{.major = major, .settings = {}, .parent = {}});
    return *cluster;
}

Launch Postgres::launch(const std::vector<std::string>& arguments) const {
    Launch launch;
    launch.arguments = arguments;
    launch.user = postgresUser();
    launch.environment = {{"LC_ALL", "C.UTF-8"}};
    return launch;
}

void Postgres::initialise() {
    const Finished made = run(launch({installation_.bin + "/initdb", "-D", dataDirectory(), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync",
                                      "--auth-local=trust", options_.passwords ? "--auth-host=scram-sha-256" : "--auth-host=trust"}),
                              kStartMs);
    if (made.code != 0) throw std::runtime_error("initdb failed: " + made.errors + made.output);
    if (!options_.tls) return;
    writeServerCertificate(certificate(), directory_ + "/server.key");
    give(certificate());
    give(directory_ + "/server.key");
}

void Postgres::start() {
    if (process_) throw std::logic_error("this PostgreSQL runs already");
    // setpriv stays the same process: the postmaster quits, without ceremony, when whoever runs the test dies.
    std::vector<std::string> arguments = {"/usr/bin/setpriv", "--pdeathsig", "QUIT", installation_.bin + "/postgres", "-D", dataDirectory()};
    std::vector<std::string> settings = {"listen_addresses=127.0.0.1", "port=" + std::to_string(port_), "unix_socket_directories=" + directory_,
                                         "shared_buffers=32MB", "logging_collector=off", "lc_messages=C", "log_destination=stderr", "max_wal_size=256MB"};
    if (!options_.durable) settings.insert(settings.end(), {"fsync=off", "synchronous_commit=off", "full_page_writes=off"});
    if (options_.tls) settings.insert(settings.end(), {"ssl=on", "ssl_cert_file=" + certificate(), "ssl_key_file=" + directory_ + "/server.key"});
    settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
    for (const std::string& each : settings) arguments.insert(arguments.end(), {"-c", each});
    process_ = std::make_unique<Process>(launch(arguments));
    if (process_->await("database system is ready to accept", kStartMs)) return;  // … connections, or what a hot standby accepts
    const std::string said = process_->errors();
    process_.reset();
    throw std::runtime_error("PostgreSQL " + std::to_string(major()) + " does not start: " + said);
}

void Postgres::stop(Stop mode) {
    if (!process_) return;
    process_->signal(mode == Stop::smart ? SIGTERM : mode == Stop::fast ? SIGINT : SIGQUIT);
    if (!process_->wait(kStartMs)) throw std::runtime_error("PostgreSQL does not stop");
    lastLog_ = process_->errors();
    process_.reset();
}

void Postgres::kill9() {
    if (!process_) return;
    process_->signal(SIGKILL);
    process_->wait(kStartMs);
    lastLog_ = process_->errors();
    process_.reset();
    // The next postmaster refuses to start while orphaned backends hold the shared memory, which they leave by themselves.
    const std::string mark = dataDirectory() + "/postmaster.pid";
    const auto gone = [&] {
        std::ifstream file(mark);
        std::string line;
        for (int i = 0; i < 7; ++i) std::getline(file, line);
        const std::size_t blank = line.find_last_of(' ');
        const std::string segment = blank == std::string::npos ? "" : line.substr(blank + 1);
        std::ifstream segments("/proc/sysvipc/shm");
        std::getline(segments, line);
        for (long key = 0, id = 0, mode = 0, size = 0, creator = 0, last = 0, attached = 0; segments >> key >> id >> mode >> size >> creator >> last >> attached; std::getline(segments, line)) {
            if (std::to_string(id) == segment) return attached == 0;
        }
        return true;
    };
    if (!eventually(gone, kStartMs)) throw std::runtime_error("the killed PostgreSQL's sessions do not end");
}

void Postgres::terminateBackends(const std::string& database) {
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "' AND pid <> pg_backend_pid()");
}

std::string Postgres::createDatabase(const std::string& templateDatabase, const std::string& owner) {
    const std::string name = "test_" + std::to_string(++created_);
    if (!owner.empty()) createRole(owner);
    // Copying the template's files costs a quarter of writing all of its pages to the log, which newer servers do by themselves.
    const std::string strategy = major() >= 15 && !options_.durable ? " STRATEGY file_copy" : "";
    sql("CREATE DATABASE " + name + " TEMPLATE " + (templateDatabase.empty() ? "template0" : templateDatabase) + strategy + (owner.empty() ? "" : " OWNER " + owner));
    return name;
}

void Postgres::dropDatabase(const std::string& name) { sql("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); }

void Postgres::createRole(const std::string& name, const std::string& attributes) {
    if (sql("SELECT count(*) FROM pg_roles WHERE rolname = '" + name + "'") == "0") sql("CREATE ROLE " + name + " " + attributes);
}

std::string Postgres::sql(const std::string& statements, const std::string& database) const {
    Session session(conninfo(database));
    PGresult* result = session.run(statements);
    return PQntuples(result) > 0 && PQnfields(result) > 0 ? PQgetvalue(result, 0, 0) : "";
}

std::vector<std::string> Postgres::rows(const std::string& statement, const std::string& database) const {
    Session session(conninfo(database));
    PGresult* result = session.run(statement);
    std::vector<std::string> found;
    for (int row = 0; row < PQntuples(result); ++row) {
        std::string line;
        for (int column = 0; column < PQnfields(result); ++column) line += (column == 0 ? "" : "\t") + std::string(PQgetvalue(result, row, column));
        found.push_back(std::move(line));
    }
    return found;
}

std::string Postgres::conninfo(const std::string& database, const std::string& user) const {
    return "host=" + directory_ + " port=" + std::to_string(port_) + " user=" + user + " dbname=" + database;
}

std::string Postgres::uri(const std::string& database, const std::string& user, const std::string& password) const {
    return "postgresql://" + user + (password.empty() ? "" : ":" + password) + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

}  // namespace latchkey::test
