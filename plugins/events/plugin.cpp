// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/events/dispatcher.h"

#include <optional>

namespace latchkey::events {

/// Offers Events if there is a sink. Starts after all other base plugins, custom ones too, so that any of them can bring one; stops
/// before them, so that what waits is still written.
class EventsPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { unknownNames_ = root.section("events").boolean("unknown_names", false); }

    void start(Services& services) override {
        const auto sinks = services.all<EventSink>();
        if (sinks.empty()) return;
        dispatcher_.emplace(sinks, unknownNames_);
        services.offer<Events>(*dispatcher_);
        services.offer<MetricsSource>(*dispatcher_);
    }

    void drain(const Deadline& deadline) noexcept override {
        if (dispatcher_) dispatcher_->drain(deadline);
    }

    void stop() noexcept override {
        if (dispatcher_) dispatcher_->stop();
    }

private:
    bool unknownNames_ = false;
    std::optional<Dispatcher> dispatcher_;
};

}  // namespace latchkey::events

LATCHKEY_PLUGIN(latchkey::events::EventsPlugin, "events", latchkey::kVersion, "Gives events, such as log-ins, to the sinks that are there")
