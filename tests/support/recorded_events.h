// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"

#include <mutex>
#include <string>
#include <vector>

namespace latchkey::test {

/// Keeps the events that it is told of.
class RecordedEvents final : public Events {
public:
    void emit(Event event) noexcept override {
        const std::lock_guard lock(mutex_);
        all.push_back(std::move(event));
    }
    void lost() noexcept override {}

    /// `login.failed username=alice reason=locked; …` with the fields that are asked for.
    std::string list(const std::vector<std::string>& fields = {}) const {
        const std::lock_guard lock(mutex_);
        std::string text;
        for (const Event& each : all) {
            text += (text.empty() ? "" : "; ") + std::string(eventName(each.kind));
            for (const std::string& wanted : fields) {
                for (const auto& [name, value] : fieldsOf(each)) {
                    if (name == wanted) text += " " + wanted + "=" + value;
                }
            }
        }
        return text;
    }

    std::vector<Event> all;

private:
    mutable std::mutex mutex_;
};

}  // namespace latchkey::test
