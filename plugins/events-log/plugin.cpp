// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/events-log/log_sink.h"

namespace latchkey::events_log {

class EventsLogPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { enabled_ = root.section("events").boolean("log", true); }

    void start(Services& services) override {
        if (!enabled_) return;
        services.offer<EventSink>(sink_);
        services.offer<DoctorCheck>(check_);
    }

private:
    bool enabled_ = true;
    LogSink sink_;
    LogSinkCheck check_;
};

}  // namespace latchkey::events_log

LATCHKEY_PLUGIN(latchkey::events_log::EventsLogPlugin, "events-log", latchkey::kVersion, "Logs events, for people and for fail2ban")
