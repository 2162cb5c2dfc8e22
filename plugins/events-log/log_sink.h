// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "kernel/plugin.h"

namespace latchkey::events_log {

/// Writes a line for each event, of level info and target `events`, as docs/events.md says: the filter for fail2ban reads it.
class LogSink final : public EventSink {
public:
    std::string_view name() const override { return "log"; }
    void write(const EventBatch& batch) override;
};

/// Says if `logging.filter` hides the lines.
class LogSinkCheck final : public DoctorCheck {
public:
    std::string name() const override { return "events: log"; }
    void run(Report& report) override;
};

}  // namespace latchkey::events_log
