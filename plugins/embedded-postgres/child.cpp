// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/child.h"

#include "kernel/error.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace {

// What failed between fork and exec, and why; sent through a pipe that exec closes.
struct Failure {
    enum Stage : int { identity, directory, program } stage;
    int error;
};

// Everything the child needs, made before the fork: in a process with threads only async-signal-safe calls are allowed after it.
struct Prepared {
    std::vector<char*> arguments;
    std::vector<char*> environment;
    const Program& program;
    const Account& account;
    int input;
    int output;
    int report;
    pid_t parent;
};

[[noreturn]] void fail(const Prepared& prepared, Failure::Stage stage) {
    const Failure failure{stage, errno};
    if (::write(prepared.report, &failure, sizeof failure) < 0) ::_exit(126);
    ::_exit(127);
}

void takeIdentity(const Prepared& prepared) {
    const Account& account = prepared.account;
    if (::geteuid() != 0) return;
    if (::setgroups(account.groups.size(), account.groups.data()) != 0 || ::setresgid(account.gid, account.gid, account.gid) != 0 ||
        ::setresuid(account.uid, account.uid, account.uid) != 0) {
        fail(prepared, Failure::identity);
    }
}

void resetSignals() {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
}

[[noreturn]] void becomeProgram(const Prepared& prepared) {
    ::setsid();  // a Ctrl-C at the terminal is for the server, which then stops PostgreSQL in order
    takeIdentity(prepared);
    // After the change of identity, which clears it.
    if (prepared.program.parentDeathSignal != 0) {
        ::prctl(PR_SET_PDEATHSIG, prepared.program.parentDeathSignal);
        if (::getppid() != prepared.parent) ::_exit(125);
    }
    ::umask(077);
    if (::chdir(prepared.program.directory.c_str()) != 0) fail(prepared, Failure::directory);
    ::dup2(prepared.input, STDIN_FILENO);
    ::dup2(prepared.output, STDOUT_FILENO);
    ::dup2(prepared.output, STDERR_FILENO);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);  // the lock among them: it must not outlive this process
    resetSignals();
    ::execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
    fail(prepared, Failure::program);
}

[[noreturn]] void explain(const Failure& failure, const Program& program, const Account& account) {
    const std::string why = std::strerror(failure.error);
    if (failure.stage == Failure::directory) {
        throw Error("the user " + account.name + ", who runs PostgreSQL, cannot enter " + program.directory + " (" + why +
                    "): allow it (chmod o+x) on that directory and those above it, or choose another data directory");
    }
    if (failure.stage == Failure::identity) throw Error("cannot become the user " + account.name + " to run PostgreSQL: " + why);
    throw Error(program.arguments[0] + " cannot be run: " + why);
}

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() {
        if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("no pipe: ") + std::strerror(errno));
    }
    ~Pipe() {
        closeEnd(0);
        closeEnd(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void closeEnd(int which) {
        if (ends[which] >= 0) ::close(ends[which]);
        ends[which] = -1;
    }
};

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> all;
    for (std::string& each : strings) all.push_back(each.data());
    all.push_back(nullptr);
    return all;
}

int waitFor(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

std::string readAll(int fd) {
    constexpr std::size_t kKept = 8192;
    std::string text;
    char buffer[4096];
    for (;;) {
        const ssize_t count = ::read(fd, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return text;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > 2 * kKept) text.erase(0, text.size() - kKept);
    }
}

}  // namespace

pid_t spawn(const Program& program, const Account& account, int input, int output) {
    Pipe report;
    const int nothing = input < 0 ? ::open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
    std::vector<std::string> arguments = program.arguments;
    std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "LC_MESSAGES=C", "TZ=UTC", "HOME=/"};
    const Prepared prepared{pointers(arguments), pointers(environment), program, account, input < 0 ? nothing : input, output, report.ends[1], ::getpid()};
    const pid_t pid = ::fork();
    if (pid == 0) becomeProgram(prepared);
    const int forkError = errno;
    if (nothing >= 0) ::close(nothing);
    if (pid < 0) throw Error(std::string("no new process: ") + std::strerror(forkError));
    report.closeEnd(1);
    Failure failure{};
    ssize_t got = 0;
    while ((got = ::read(report.ends[0], &failure, sizeof failure)) < 0 && errno == EINTR) {
    }
    if (got != static_cast<ssize_t>(sizeof failure)) return pid;
    waitFor(pid);
    explain(failure, program, account);
}

std::string runToEnd(const Program& program, const Account& account, const std::string& input) {
    Pipe in;
    Pipe out;
    if (input.size() > 4096 || ::write(in.ends[1], input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
        throw Error(program.arguments[0] + ": its input cannot be passed");
    }
    in.closeEnd(1);
    Program killedWithUs = program;
    killedWithUs.parentDeathSignal = SIGKILL;
    const pid_t pid = spawn(killedWithUs, account, in.ends[0], out.ends[1]);
    out.closeEnd(1);
    const std::string output = readAll(out.ends[0]);
    const int status = waitFor(pid);
    if (status != 0) throw Error(program.arguments[0] + " " + describeStatus(status) + ":\n" + output);
    return output;
}

// By number: glibc 2.36 declares its function without C linkage.
int openProcess(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

std::string describeStatus(int waitStatus) {
    if (WIFSIGNALED(waitStatus)) return "was killed by signal " + std::to_string(WTERMSIG(waitStatus));
    return "ended with exit code " + std::to_string(WEXITSTATUS(waitStatus));
}

}  // namespace latchkey::embedded
