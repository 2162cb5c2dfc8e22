// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::test {

/// How to start a program. Nothing of the environment is inherited but PATH.
struct Launch {
    std::vector<std::string> arguments;               ///< [0] is the program
    std::map<std::string, std::string> environment;
    std::string directory = "/";
    std::optional<uid_t> user;                        ///< as root: run as this user, with its primary group
    std::vector<int> descriptors;                     ///< become 3, 4, … there; LISTEN_PID is set to the child's process
    std::vector<std::pair<int, std::uint64_t>> limits; ///< RLIMIT_…, value
};

/// A running program whose output is collected. Killed and reaped with the object. Times are in milliseconds.
class Process {
public:
    /// Is told of all that a program printed, when its object goes.
    using Observer = void (*)(const std::vector<std::string>& arguments, const std::string& printed);
    static void observe(Observer observer) { observer_ = observer; }

    explicit Process(const Launch& launch);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// The exit code, or 128 + the signal that killed it; nothing if it still runs after that time.
    std::optional<int> wait(int milliseconds);
    bool running();

    /// Waits until standard output or error holds `text`. False: it ended, or the
    /// time is over.
    bool await(const std::string& text, int milliseconds);
    /// How often `text` has been printed so far.
    int count(const std::string& text);
    std::string output();
    std::string errors();

private:
    void collect(int out, int err);
    bool reap(int flags);

    static inline Observer observer_ = nullptr;

    const std::vector<std::string> arguments_;
    pid_t pid_ = 0;
    std::optional<int> status_;
    std::atomic<bool> ended_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string output_;
    std::string errors_;
    bool closed_ = false;
    std::thread reader_;
};

/// Runs a program to its end, at most so long; what does not end by then is killed and has the exit code -1.
struct Finished {
    int code = -1;
    std::string output;
    std::string errors;
};
Finished run(const Launch& launch, int milliseconds = 30'000);

/// Asks again and again until it holds or the time is over.
template <typename Condition>
bool eventually(Condition&& condition, int milliseconds);

void sleepMs(int milliseconds);
std::int64_t nowMs();

template <typename Condition>
bool eventually(Condition&& condition, int milliseconds) {
    const std::int64_t end = nowMs() + milliseconds;
    for (;;) {
        if (condition()) return true;
        if (nowMs() >= end) return false;
        sleepMs(10);
    }
}

/// A port of 127.0.0.1 that was free a moment ago.
int freePort();

}  // namespace latchkey::test
