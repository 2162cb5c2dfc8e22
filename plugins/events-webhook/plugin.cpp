// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/store.h"
#include "kernel/services.h"
#include "plugins/events-webhook/doctor.h"
#include "plugins/events-webhook/webhook_sink.h"

#include <optional>

namespace latchkey::events_webhook {

/// Sends events to a receiver of the administrator's.
class EventsWebhookPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { settings_ = HookSettings::parse(root); }

    void start(Services& services) override {
        if (settings_.url.empty()) return;
        delivery_.emplace(services.need<OutgoingHttp>(), settings_, settings_.readSecret());
        handler_.emplace(*delivery_);
        sink_.emplace(services.need<Store>(), settings_);
        check_.emplace(*delivery_, settings_);
        services.offer<EventSink>(*sink_);
        services.offer<JobHandler>(*handler_);
        services.offer<DoctorCheck>(*check_);
    }

private:
    HookSettings settings_;
    std::optional<Delivery> delivery_;
    std::optional<DeliverEvents> handler_;
    std::optional<WebhookSink> sink_;
    std::optional<WebhookCheck> check_;
};

}  // namespace latchkey::events_webhook

LATCHKEY_PLUGIN(latchkey::events_webhook::EventsWebhookPlugin, "events-webhook", latchkey::kVersion, "Sends events as signed requests")
