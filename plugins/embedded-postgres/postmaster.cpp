// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/postmaster.h"

#include "kernel/deadline.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "kernel/signals.h"
#include "plugins/embedded-postgres/cluster.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace {

const log::Logger kLog("embedded-postgres");

constexpr int kFirstPauseMs = 100;
constexpr int kLongestPauseMs = 10'000;
constexpr std::int64_t kHealthyMs = 60'000;  // a run this long makes the next pause short again

}  // namespace

Postmaster::Postmaster(Program program, Account account, std::string pgdata)
    : program_(std::move(program)), account_(std::move(account)), pgdata_(std::move(pgdata)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_ < 0) throw Error(std::string("no eventfd: ") + std::strerror(errno));
}

Postmaster::~Postmaster() {
    stop();
    ::close(wake_);
}

void Postmaster::start() {
    thread_ = std::thread([this] { supervise(); });
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::milliseconds(100), [&] { return state_ != State::starting; })) {
        if (!stopRequested()) continue;
        lock.unlock();
        stop();
        throw Error("asked to stop while PostgreSQL was starting");
    }
    const std::string reason = reason_;
    const bool failed = state_ == State::failed;
    lock.unlock();
    if (!failed) return;
    stop();
    throw Error("PostgreSQL does not start in " + pgdata_ + ": " + reason);
}

void Postmaster::stop() noexcept {
    stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
    if (thread_.joinable()) thread_.join();
}

void Postmaster::become(State state, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    state_ = state;
    reason_ = reason;
    changed_.notify_all();
}

void Postmaster::supervise() {
    do {
        const std::int64_t begin = monotonicMs();
        const bool first = !isReady();
        std::string reason;
        try {
            runOnce();
            reason = lastWords_;
        } catch (const std::exception& error) {
            reason = error.what();
        }
        if (stopping_) return;
        if (first && !answered_) return become(State::failed, reason);
        ++restarts_;
        if (monotonicMs() - begin > kHealthyMs) pauseMs_ = 0;
        pauseMs_ = std::clamp(pauseMs_ * 2, kFirstPauseMs, kLongestPauseMs);
        kLog.error("embedded.died", "PostgreSQL ended by itself: starting it again", {{"reason", reason}, {"pause_ms", pauseMs_}});
    } while (pause());
}

bool Postmaster::pause() {
    pollfd poll{wake_, POLLIN, 0};
    ::poll(&poll, 1, pauseMs_);
    return !stopping_;
}

void Postmaster::runOnce() {
    answered_ = false;
    lastWords_.clear();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(std::string("no pipe: ") + std::strerror(errno));
    try {
        pid_ = spawn(program_, account_, -1, ends[1]);
    } catch (...) {
        ::close(ends[0]);
        ::close(ends[1]);
        throw;
    }
    ::close(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const int pidFd = openProcess(pid_);
    watch(ends[0], pidFd);
    if (stopping_) end(pidFd);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    readLog(ends[0]);
    ::close(ends[0]);
    ::close(pidFd);
    lastWords_ = "it " + describeStatus(status) + (lastWords_.empty() ? "" : ": " + lastWords_);
}

void Postmaster::watch(int logFd, int pidFd) {
    // The state stands in a file, so there is nothing to wait for but time; once it is ready, nothing more to look for.
    constexpr int kLookEveryMs = 5;
    pollfd polls[] = {{pidFd, POLLIN, 0}, {wake_, POLLIN, 0}, {logFd, POLLIN, 0}};
    for (;;) {
        ::poll(polls, 3, answered_ ? -1 : kLookEveryMs);
        if ((polls[2].revents & POLLIN) != 0) readLog(logFd);
        else if ((polls[2].revents & (POLLHUP | POLLERR)) != 0) polls[2].fd = -1;
        if (polls[0].revents != 0 || polls[1].revents != 0) return;
        if (answered_) continue;
        const auto running = findPostmaster(pgdata_);
        answered_ = running && running->ready && running->pid == pid_;
        if (!answered_) continue;
        kLog.info("embedded.running", "PostgreSQL runs", {{"pid", pid_}});
        become(State::ready);
    }
}

void Postmaster::end(int pidFd) {
    struct Step {
        int signal;
        int waitMs;
    };
    for (const Step step : {Step{SIGINT, 30'000}, Step{SIGQUIT, 5'000}, Step{SIGKILL, 0}}) {
        ::kill(pid_, step.signal);
        pollfd poll{pidFd, POLLIN, 0};
        if (::poll(&poll, 1, step.waitMs) > 0) return;
    }
    kLog.warn("embedded.killed", "PostgreSQL did not stop and was killed; it will recover at the next start");
}

void Postmaster::readLog(int fd) {
    char buffer[4096];
    for (;;) {
        const ssize_t count = ::read(fd, buffer, sizeof buffer);
        if (count <= 0) break;
        unfinishedLine_.append(buffer, static_cast<std::size_t>(count));
        for (auto end = unfinishedLine_.find('\n'); end != std::string::npos; end = unfinishedLine_.find('\n')) {
            forward(unfinishedLine_.substr(0, end));
            unfinishedLine_.erase(0, end + 1);
        }
        if (unfinishedLine_.size() > 65'536) unfinishedLine_.clear();
    }
}

// "FATAL:  could not …": a severity, two blanks, the message.
void Postmaster::forward(const std::string& line) {
    if (line.empty()) return;
    const auto colon = line.find(":  ");
    const std::string severity = colon == std::string::npos ? "" : line.substr(0, colon);
    const std::string message = colon == std::string::npos ? line : line.substr(colon + 3);
    const bool grave = severity == "FATAL" || severity == "PANIC";
    if (grave || severity.empty()) lastWords_ = message;
    // What went wrong for a client (ERROR, a FATAL of its own session) reaches that client, and its log, anyway.
    const auto level = severity == "PANIC" ? log::Level::error : grave || severity == "WARNING" ? log::Level::warn : log::Level::debug;
    kLog.write(level, "embedded.postgres", message, {{"severity", severity}});
}

}  // namespace latchkey::embedded
