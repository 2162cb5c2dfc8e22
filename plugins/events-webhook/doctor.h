// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/events-webhook/delivery.h"

namespace latchkey::events_webhook {

/// Sends a delivery without events.
class WebhookCheck final : public DoctorCheck {
public:
    WebhookCheck(const Delivery& delivery, const HookSettings& settings) : delivery_(delivery), settings_(settings) {}
    std::string name() const override { return "events: webhook"; }
    void run(Report& report) override;

private:
    const Delivery& delivery_;
    const HookSettings& settings_;
};

}  // namespace latchkey::events_webhook
