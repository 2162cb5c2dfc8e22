// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "plugins/events-webhook/settings.h"

namespace latchkey {
class Store;
}

namespace latchkey::events_webhook {

/// Leaves each batch of events as a job.
class WebhookSink final : public EventSink {
public:
    WebhookSink(Store& store, const HookSettings& settings) : store_(store), settings_(settings) {}
    std::string_view name() const override { return "webhook"; }
    Rhythm rhythm() const override { return {.most = 100, .lingerMs = 1'000}; }
    void write(const EventBatch& batch) override;

private:
    Store& store_;
    const HookSettings& settings_;
};

/// `{"events":[…]}` of those that are wanted; empty if there are none.
std::string bodyOf(const EventBatch& batch, const HookSettings& settings);

}  // namespace latchkey::events_webhook
