// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.h"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace latchkey::test {

namespace {

[[noreturn]] void die(const char* what) {
    const std::string text = std::string("test launcher: ") + what + ": " + std::strerror(errno) + "\n";
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) ::_exit(126);
    ::_exit(127);
}

void become(uid_t user) {
    const passwd* entry = ::getpwuid(user);
    const gid_t group = entry == nullptr ? user : entry->pw_gid;
    if (::setgroups(0, nullptr) != 0 || ::setresgid(group, group, group) != 0 || ::setresuid(user, user, user) != 0) die("setuid");
}

// First to numbers out of the way, so that no descriptor is overwritten before it was copied.
void passDescriptors(const std::vector<int>& descriptors) {
    std::vector<int> away;
    for (const int each : descriptors) away.push_back(::fcntl(each, F_DUPFD, 100));
    for (std::size_t i = 0; i < away.size(); ++i) {
        if (::dup2(away[i], 3 + static_cast<int>(i)) < 0) die("dup2");
    }
    ::close_range(3 + static_cast<unsigned>(descriptors.size()), ~0U, 0);
}

[[noreturn]] void becomeProgram(const Launch& launch, int out, int err) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    passDescriptors(launch.descriptors);
    for (const auto& [resource, value] : launch.limits) {
        const rlimit limit{value, value};
        if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) die("setrlimit");
    }
    if (launch.user && ::geteuid() == 0) become(*launch.user);
    if (::chdir(launch.directory.c_str()) != 0) die(launch.directory.c_str());

    std::vector<std::string> environment;
    for (const auto& [name, value] : launch.environment) environment.push_back(name + "=" + value);
    if (const char* path = std::getenv("PATH"); path != nullptr && !launch.environment.contains("PATH")) environment.push_back(std::string("PATH=") + path);
    if (!launch.descriptors.empty()) environment.push_back("LISTEN_PID=" + std::to_string(::getpid()));
    std::vector<std::string> arguments = launch.arguments;
    std::vector<char*> argv;
    std::vector<char*> envp;
    for (std::string& each : arguments) argv.push_back(each.data());
    for (std::string& each : environment) envp.push_back(each.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    ::execve(argv[0], argv.data(), envp.data());
    die(argv[0]);
}

}  // namespace

Process::Process(const Launch& launch) : arguments_(launch.arguments) {
    int out[2];
    int err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) becomeProgram(launch, out[1], err[1]);
    ::close(out[1]);
    ::close(err[1]);
    reader_ = std::thread([this, o = out[0], e = err[0]] { collect(o, e); });
}

Process::~Process() {
    if (running()) {
        signal(SIGKILL);
        reap(0);
    }
    reader_.join();
    if (observer_ != nullptr) observer_(arguments_, output_ + errors_);
}

void Process::collect(int out, int err) {
    pollfd polls[] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
    char buffer[8192];
    while (polls[0].fd >= 0 || polls[1].fd >= 0) {
        // A program's children may hold the pipes longer than it lives: the end of the program ends the reading, too.
        if (::poll(polls, 2, 50) == 0 && ended_) break;
        for (pollfd& each : polls) {
            if (each.fd < 0 || each.revents == 0) continue;
            const ssize_t count = ::read(each.fd, buffer, sizeof buffer);
            const std::lock_guard lock(mutex_);
            if (count > 0) (each.fd == out ? output_ : errors_).append(buffer, static_cast<std::size_t>(count));
            else each.fd = -1;
            changed_.notify_all();
        }
    }
    ::close(out);
    ::close(err);
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

void Process::signal(int number) const { ::kill(pid_, number); }

bool Process::reap(int flags) {
    const std::lock_guard lock(mutex_);
    if (status_) return true;
    int status = 0;
    pid_t got = 0;
    while ((got = ::waitpid(pid_, &status, flags)) < 0 && errno == EINTR) {
    }
    if (got != pid_) return false;
    ended_ = true;
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
}

bool Process::running() { return !reap(WNOHANG); }

std::optional<int> Process::wait(int milliseconds) {
    if (!eventually([&] { return !running(); }, milliseconds)) return std::nullopt;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return closed_; });
    return status_;
}

bool Process::await(const std::string& text, int milliseconds) {
    std::unique_lock lock(mutex_);
    const auto there = [&] { return errors_.find(text) != std::string::npos || output_.find(text) != std::string::npos; };
    changed_.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] { return closed_ || there(); });
    return there();
}

int Process::count(const std::string& text) {
    const std::string all = output() + "\n" + errors();
    int found = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + text.size())) ++found;
    return found;
}

std::string Process::output() {
    const std::lock_guard lock(mutex_);
    return output_;
}

std::string Process::errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
}

Finished run(const Launch& launch, int milliseconds) {
    Process process(launch);
    Finished finished;
    finished.code = process.wait(milliseconds).value_or(-1);
    finished.output = process.output();
    finished.errors = process.errors();
    return finished;
}

void sleepMs(int milliseconds) { ::poll(nullptr, 0, milliseconds); }

std::int64_t nowMs() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

int freePort() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0 && ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    ::close(fd);
    if (!bound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

}  // namespace latchkey::test
