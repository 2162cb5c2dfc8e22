// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/outgoing_http.h"
#include "kernel/services.h"
#include "plugins/homeserver-webhook/doctor.h"

#include <optional>

namespace latchkey::webhook {

/// Any homeserver that speaks the contract of docs/homeserver-webhook.md.
class WebhookPlugin final : public Plugin, private HomeserverKind {
public:
    void configure(const config::Section& root) override { settings_ = WebhookSettings::parse(root); }

    void start(Services& services) override {
        http_ = &services.need<OutgoingHttp>();
        services.offer<HomeserverKind>(*this);
        if (settings_.matrix.kind != kKind) return;
        check_.emplace(settings_.matrix, [this] { return opened_ ? opened_->info({.timeoutMs = kPatienceMs}) : ReceiverInfo(); });
        services.offer<DoctorCheck>(*check_);
    }

    void stop() noexcept override {
        check_.reset();
        opened_.reset();
    }

private:
    static constexpr std::int64_t kPatienceMs = 10'000;

    std::vector<std::string> kinds() const override { return {kKind}; }

    Homeserver& open(std::string_view) override {
        return opened_.emplace(HomeserverClient(*http_, WebhookHomeserver::options(settings_.matrix.endpoint, settings_.matrix.readSecret())), settings_.capabilities);
    }

    WebhookSettings settings_;
    OutgoingHttp* http_ = nullptr;
    std::optional<WebhookHomeserver> opened_;
    std::optional<WebhookCheck> check_;
};

}  // namespace latchkey::webhook

LATCHKEY_PLUGIN(latchkey::webhook::WebhookPlugin, "homeserver-webhook", latchkey::kVersion, "Any homeserver by signed JSON calls: matrix.kind webhook")
