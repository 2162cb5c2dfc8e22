// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/cluster.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "plugins/embedded-postgres/child.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <pwd.h>
#include <set>
#include <unistd.h>

namespace latchkey::embedded {

namespace fs = std::filesystem;

namespace {

const log::Logger kLog("embedded-postgres");
constexpr const char* kDraft = "pgdata.new-";

// An initdb that was killed with its server may still be ending, so a directory may fill again while it is removed.
void removeTree(const fs::path& path) {
    constexpr int kTries = 50;
    std::error_code error;
    for (int i = 0; i < kTries; ++i) {
        fs::remove_all(path, error);
        if (!error && !fs::exists(path)) return;
        ::poll(nullptr, 0, 100);
    }
    throw Error(path.string() + ": a half-made database that cannot be removed: " + error.message() + ". Remove it and start again.");
}

void removeDrafts(const Paths& paths) {
    std::vector<fs::path> drafts;
    for (const auto& entry : fs::directory_iterator(paths.root)) {
        if (entry.path().filename().string().starts_with(kDraft)) drafts.push_back(entry.path());
    }
    for (const fs::path& draft : drafts) {
        kLog.warn("embedded.half_made", "removing a database whose making was interrupted", {{"directory", draft.string()}});
        removeTree(draft);
    }
}

std::string makeDraft(const Paths& paths, const Account& account) {
    std::string name = paths.root + "/" + kDraft + "XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw Error(paths.root + ": no directory can be made there: " + std::strerror(errno));
    giveTo(name, account);
    return name;
}

// The service's role is no superuser; it owns its database, and may so enable the trusted extension that the schema needs.
void populate(const std::string& draft, const Account& account, const Binaries& binaries) {
    runToEnd({{binaries.program("initdb"), "--pgdata=" + draft, "--username=postgres", "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8",
               "--data-checksums"}, draft, 0}, account);
    const std::string role = kRole;
    runToEnd({{binaries.program("postgres"), "--single", "-D", draft, "-c", "exit_on_error=on", "postgres"}, draft, 0}, account,
             "CREATE ROLE " + role + " LOGIN\nCREATE DATABASE " + kDatabase + " OWNER " + role + "\n");
}

std::vector<std::string> linesOf(const std::string& file) {
    std::ifstream stream(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

bool worksIn(pid_t pid, const std::string& directory) {
    std::error_code error;
    const fs::path cwd = fs::read_symlink("/proc/" + std::to_string(pid) + "/cwd", error);
    return !error && fs::equivalent(cwd, directory, error);
}

bool anybodyWorksIn(const std::string& directory) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
        const pid_t pid = std::atoi(entry.path().filename().c_str());
        if (pid > 1 && worksIn(pid, directory)) return true;
    }
    return false;
}

// Sessions of a postmaster that was killed end by themselves, soon. Nothing may start beside them: they share its memory.
void awaitSessions(const std::string& pgdata) {
    const Deadline deadline(10'000);
    while (anybodyWorksIn(pgdata)) {
        if (deadline.passed()) throw Error(pgdata + ": processes of a PostgreSQL that was killed still work there: end them, then start again");
        ::poll(nullptr, 0, 20);
    }
}

bool endedWithin(int pidFd, int milliseconds) {
    pollfd poll{pidFd, POLLIN, 0};
    return ::poll(&poll, 1, milliseconds) > 0;
}

void endProcess(pid_t pid, const std::string& pgdata) {
    const int fd = openProcess(pid);
    if (fd < 0) return;
    ::kill(pid, SIGINT);
    bool ended = endedWithin(fd, 20'000);
    if (!ended) ::kill(pid, SIGQUIT);
    ended = ended || endedWithin(fd, 10'000);
    ::close(fd);
    if (!ended) throw Error("the PostgreSQL process " + std::to_string(pid) + " still runs in " + pgdata + " and does not stop: end it (kill -9), then start again");
}

}  // namespace

void createIfAbsent(const Paths& paths, const Account& account, const Binaries& binaries) {
    removeDrafts(paths);
    if (clusterMajor(paths.pgdata())) return;
    if (fs::exists(paths.pgdata())) throw Error(paths.pgdata() + ": exists and is no PostgreSQL cluster: move it away, or choose another data directory");
    const std::int64_t begin = monotonicMs();
    kLog.info("embedded.create", "making a database", {{"directory", paths.pgdata()}, {"postgres", binaries.major}, {"user", account.name}});
    const std::string draft = makeDraft(paths, account);
    try {
        populate(draft, account, binaries);
        fs::rename(draft, paths.pgdata());
    } catch (const std::exception&) {
        std::error_code ignored;
        fs::remove_all(draft, ignored);
        throw;
    }
    kLog.info("embedded.created", "the database is made", {{"ms", monotonicMs() - begin}});
}

void writeAccessRules(const Paths& paths, const Account& account) {
    const std::string hba = "# Written at each start of the server.\n"
                            "# The operating system says who connects (peer); pg_ident.conf lists who may. Nobody comes by network.\n"
                            "local all all peer map=latchkey\n";
    std::set<std::string> users = {account.name};
    if (const passwd* root = ::getpwuid(0); root != nullptr) users.insert(root->pw_name);
    std::string ident = "# Written at each start of the server: system users that may use this cluster's roles.\n";
    for (const std::string& user : users) {
        for (const std::string role : {kRole, "postgres"}) ident += "latchkey \"" + user + "\" " + role + "\n";
    }
    writeFile(paths.pgdata() + "/pg_hba.conf", hba, 0600, Existing::replace);
    writeFile(paths.pgdata() + "/pg_ident.conf", ident, 0600, Existing::replace);
}

std::optional<RunningPostmaster> findPostmaster(const std::string& pgdata) {
    // Line 1: the process, line 8: its state, as pg_ctl reads it.
    const auto lines = linesOf(pgdata + "/postmaster.pid");
    const pid_t pid = lines.empty() ? 0 : std::atoi(lines[0].c_str());
    if (pid <= 1 || !worksIn(pid, pgdata)) return std::nullopt;
    return RunningPostmaster{pid, lines.size() >= 8 && lines[7].starts_with("ready")};
}

void endOrphan(const Paths& paths, const std::string& socketDirectory) {
    if (const auto orphan = findPostmaster(paths.pgdata())) {
        kLog.warn("embedded.orphan", "a PostgreSQL still runs here whose server is gone: stopping it", {{"pid", orphan->pid}});
        endProcess(orphan->pid, paths.pgdata());
    }
    awaitSessions(paths.pgdata());
    // PostgreSQL judges these by whether a process of that number exists, be it a zombie or somebody else's.
    const std::string socket = socketDirectory + "/.s.PGSQL." + kPort;
    for (const std::string& file : {paths.pgdata() + "/postmaster.pid", socket, socket + ".lock"}) {
        std::error_code ignored;
        if (fs::remove(file, ignored)) kLog.info("embedded.left_over", "removed what a PostgreSQL that was killed left", {{"file", file}});
    }
}

std::vector<std::string> postmasterArguments(const Paths& paths, const Binaries& binaries, const std::string& socketDirectory) {
    std::string quoted = "\"";
    for (const char c : socketDirectory) quoted += c == '"' ? "\"\"" : std::string(1, c);
    quoted += '"';
    std::vector<std::string> arguments = {binaries.program("postgres"), "-D", paths.pgdata()};
    const auto set = [&](const std::string& setting) {
        arguments.emplace_back("-c");
        arguments.push_back(setting);
    };
    set("listen_addresses=");
    set("port=" + std::string(kPort));
    set("unix_socket_directories=" + quoted);
    set("unix_socket_permissions=0700");
    set("hba_file=" + paths.pgdata() + "/pg_hba.conf");
    set("ident_file=" + paths.pgdata() + "/pg_ident.conf");
    // Its log comes to us by standard error: one line per message, and neither statements nor values.
    for (const char* setting : {"log_destination=stderr", "logging_collector=off", "log_line_prefix=", "lc_messages=C", "log_error_verbosity=terse",
                                "log_min_error_statement=panic", "log_statement=none", "log_min_duration_statement=-1"}) {
        set(setting);
    }
    return arguments;
}

}  // namespace latchkey::embedded
