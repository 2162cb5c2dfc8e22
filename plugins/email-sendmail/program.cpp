// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-sendmail/program.h"

#include "domain/mailer.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace latchkey::sendmail {

namespace {

[[noreturn]] void failed(const std::string& what, int error) { throw MailError(what + ": " + std::strerror(error), MailError::Kind::temporary); }

/// A file in memory: unlike a pipe it can be written before its reader is there, and breaks nothing when the reader is gone.
class MemoryFile {
public:
    explicit MemoryFile(const std::string& content) : fd_(::memfd_create("mail", MFD_CLOEXEC)) {
        if (fd_ < 0) failed("memfd_create", errno);
        for (std::size_t done = 0; done < content.size();) {
            const ssize_t written = ::pwrite(fd_, content.data() + done, content.size() - done, static_cast<off_t>(done));
            if (written < 0) refuse();
            done += static_cast<std::size_t>(written);
        }
    }
    ~MemoryFile() { ::close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    int fd() const { return fd_; }

    std::string beginning() const {
        char text[512];
        const ssize_t size = ::pread(fd_, text, sizeof text, 0);
        return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
    }

private:
    [[noreturn]] void refuse() const {
        const int error = errno;
        ::close(fd_);
        failed("memfd", error);
    }
    int fd_;
};

/// The child's files, and signals as a program expects them: our threads block most.
class SpawnOptions {
public:
    SpawnOptions(int input, int errors) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnOptions() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnOptions(const SpawnOptions&) = delete;
    SpawnOptions& operator=(const SpawnOptions&) = delete;

    pid_t spawn(const std::vector<std::string>& arguments) const {
        std::vector<char*> argv;
        for (const std::string& each : arguments) argv.push_back(const_cast<char*>(each.c_str()));
        argv.push_back(nullptr);
        pid_t child = -1;
        const int error = ::posix_spawnp(&child, argv[0], &actions_, &attributes_, argv.data(), environ);
        if (error != 0) failed(arguments.front() + " cannot be run", error);
        return child;
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// Whether it ended in time. Without pidfd (Linux before 5.3) its end is waited for without a limit.
bool endsWithin(pid_t child, std::int64_t timeoutMs) {
    const int fd = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
    if (fd < 0) return true;
    pollfd waited{.fd = fd, .events = POLLIN, .revents = 0};
    int ready = 0;
    do ready = ::poll(&waited, 1, static_cast<int>(timeoutMs));
    while (ready < 0 && errno == EINTR);
    ::close(fd);
    return ready > 0;
}

}  // namespace

Ended runProgram(const std::vector<std::string>& arguments, const std::string& input, std::int64_t timeoutMs) {
    const MemoryFile mail(input);
    const MemoryFile errors{std::string()};
    const pid_t child = SpawnOptions(mail.fd(), errors.fd()).spawn(arguments);
    Ended ended;
    ended.timedOut = !endsWithin(child, timeoutMs);
    if (ended.timedOut) ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) failed("waitpid", errno);
    }
    if (!ended.timedOut && WIFEXITED(status)) ended.exitCode = WEXITSTATUS(status);
    ended.errors = errors.beginning();
    return ended;
}

}  // namespace latchkey::sendmail
