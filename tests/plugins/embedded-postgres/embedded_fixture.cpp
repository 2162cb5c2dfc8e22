// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/embedded-postgres/embedded_fixture.h"

#include <csignal>
#include <cstdio>
#include <libpq-fe.h>
#include <sys/stat.h>

namespace latchkey::embedded {

Session::Session(const std::string& socketDirectory)
    : connection_(PQconnectdb(("host='" + socketDirectory + "' port=5432 user=" + kRole + " dbname=" + kDatabase).c_str())) {}

Session::~Session() { PQfinish(connection_); }

bool Session::ok() const { return PQstatus(connection_) == CONNECTION_OK; }
std::string Session::error() const { return PQerrorMessage(connection_); }

std::string Session::ask(const std::string& sql) const {
    PGresult* result = PQexec(connection_, sql.c_str());
    std::string answer = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : PQresultErrorMessage(result);
    PQclear(result);
    return answer;
}

void EmbeddedFixture::setUp() {
    directory_.emplace();
    data_ = *directory_ / "data";
    user_.reset();
}

void EmbeddedFixture::tearDown() {
    test::eventually([&] { return !postmaster(); }, 20'000);
    directory_.reset();
}

test::Launch EmbeddedFixture::launch(const std::vector<std::string>& arguments) const {
    test::Launch launch;
    launch.arguments = {MAS_CLI};
    launch.arguments.insert(launch.arguments.end(), arguments.begin(), arguments.end());
    launch.directory = directory_->path();
    launch.environment = {{"HOME", directory_->path()}, {"LATCHKEY_PLUGIN_PATH", PLUGINS}, {"MAS_PLUGINS_ENABLED", "[embedded-postgres]"}};
    launch.user = user_;
    return launch;
}

std::unique_ptr<test::Process> EmbeddedFixture::started() const {
    auto process = std::make_unique<test::Process>(server());
    const bool serves = process->await("Latchkey serves", kLong);
    CPPUNIT_ASSERT_MESSAGE(process->errors(), serves);
    return process;
}

void EmbeddedFixture::stop(test::Process& process) {
    process.signal(SIGTERM);
    const auto code = process.wait(kLong);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(process.errors(), 0, code.value_or(-1));
}

pid_t EmbeddedFixture::postmasterPid() const {
    const auto found = postmaster();
    CPPUNIT_ASSERT(found.has_value());
    return found->pid;
}

std::string EmbeddedFixture::ask(const std::string& sql) const {
    const Session session(data_ + "/run");
    return session.ok() ? session.ask(sql) : session.error();
}

bool EmbeddedFixture::alive(pid_t pid) { return ::kill(pid, 0) == 0; }

unsigned EmbeddedFixture::modeOf(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
}

void EmbeddedFixture::skip(const std::string& why) { std::fprintf(stderr, "SKIPPED: %s\n", why.c_str()); }

}  // namespace latchkey::embedded
