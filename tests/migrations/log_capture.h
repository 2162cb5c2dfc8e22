// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/log.h"

#include <mutex>
#include <string>

namespace latchkey::migrations {

/// Collects the log of this process while it lives.
class LogCapture {
public:
    LogCapture() {
        log::setSink([](std::string_view line, void* self) { static_cast<LogCapture*>(self)->take(line); }, this);
    }
    ~LogCapture() { silence(); }
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;

    /// What these tests log otherwise is of no interest.
    static void silence() {
        log::setSink([](std::string_view, void*) {}, nullptr);
    }

    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    void take(std::string_view line) {
        const std::lock_guard lock(mutex_);
        text_ += std::string(line) + "\n";
    }

    std::mutex mutex_;
    std::string text_;
};

}  // namespace latchkey::migrations
