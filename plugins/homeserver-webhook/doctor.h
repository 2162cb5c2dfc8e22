// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/homeserver-webhook/settings.h"
#include "plugins/homeserver-webhook/webhook.h"

#include <functional>

namespace latchkey::webhook {

/// What the receiver says of itself, against what is configured here. That it answers at all is the check of the plugin homeserver.
class WebhookCheck final : public DoctorCheck {
public:
    using Ask = std::function<ReceiverInfo()>;
    WebhookCheck(MatrixSettings settings, Ask ask) : settings_(std::move(settings)), ask_(std::move(ask)) {}
    std::string name() const override { return "webhook"; }
    void run(Report& report) override;

private:
    void names(Report& report, const ReceiverInfo& info) const;
    const MatrixSettings settings_;
    const Ask ask_;
};

}  // namespace latchkey::webhook
