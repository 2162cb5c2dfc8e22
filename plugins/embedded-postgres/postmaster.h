// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedded-postgres/account.h"
#include "plugins/embedded-postgres/child.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace latchkey::embedded {

/// Runs PostgreSQL and keeps it running: when it dies it is started again, with a growing pause. Its log lines become ours.
///
/// A thread of its own does all of it, the forks too: the kernel ends PostgreSQL when the thread that forked it ends, which is
/// either in stop() or with the whole process, however that is killed. The public functions belong to one thread.
class Postmaster {
public:
    Postmaster(Program program, Account account, std::string pgdata);
    ~Postmaster();
    Postmaster(const Postmaster&) = delete;
    Postmaster& operator=(const Postmaster&) = delete;

    /// Returns when it accepts connections. Throws Error with its last words if it ends before, or if the process is asked to stop.
    void start();
    /// Ends it: open transactions are rolled back, then a checkpoint. Gives up waiting after half a minute and uses force.
    void stop() noexcept;

    int restarts() const noexcept { return restarts_; }

private:
    enum class State { starting, ready, failed };

    void supervise();
    void runOnce();
    void watch(int logFd, int pidFd);
    void end(int pidFd);
    void readLog(int fd);
    void forward(const std::string& line);
    bool pause();
    void become(State state, const std::string& reason = {});
    bool isReady() const { return state_ == State::ready; }

    const Program program_;
    const Account account_;
    const std::string pgdata_;
    int wake_ = -1;  // an eventfd: stop() was called
    std::atomic<bool> stopping_{false};
    std::atomic<int> restarts_{0};

    std::mutex mutex_;  // state_ and reason_ between start() and the thread
    std::condition_variable changed_;
    State state_ = State::starting;
    std::string reason_;

    // Of the thread alone.
    pid_t pid_ = 0;
    bool answered_ = false;        // this run became ready
    std::string unfinishedLine_;
    std::string lastWords_;
    int pauseMs_ = 0;
    std::thread thread_;
};

}  // namespace latchkey::embedded
