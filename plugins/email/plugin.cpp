// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "kernel/error.h"
#include "kernel/services.h"
#include "plugins/email/choice.h"
#include "plugins/email/config.h"
#include "plugins/email/configured_mailer.h"
#include "plugins/email/probe.h"

#include <optional>

namespace latchkey::email {

/// Offers the Mailer over the transport that `email.transport` names. Starts after all other base plugins, custom ones too, so that
/// any of them can bring a transport.
class EmailPlugin final : public Plugin, private StartupTask {
public:
    void declare(Declarations& declarations) override { declarations.generator(generator_); }
    void configure(const config::Section& root) override { config_ = EmailConfig::parse(root); }

    void start(Services& services) override {
        MailSender& transport = chosen(services);
        mailer_.emplace(config_.sender, transport);
        check_.emplace(transport, config_.transport == "blackhole");
        probe_.emplace(transport);
        services.offer<Mailer>(*mailer_);
        services.offer<MetricsSource>(*mailer_);
        services.offer<DoctorCheck>(*check_);
        services.offer<ReadyListener>(*probe_);
        services.offer<StartupTask>(*this);
    }

    void stop() noexcept override {
        probe_.reset();
        check_.reset();
        mailer_.reset();
        unusable_.reset();
    }

private:
    // A command that sends no mail must not fail for want of a transport; the server, which does, refuses to start.
    MailSender& chosen(const Services& services) {
        try {
            return openTransport(services.all<MailTransport>(), config_.transport);
        } catch (const Error& error) {
            return unusable_.emplace(error.what());
        }
    }

    void run(const Arguments&) override {
        if (unusable_) throw ConfigError(unusable_->reason());
    }

    EmailConfig config_;
    EmailGenerator generator_;
    std::optional<UnusableTransport> unusable_;
    std::optional<ConfiguredMailer> mailer_;
    std::optional<EmailCheck> check_;
    std::optional<StartProbe> probe_;
};

}  // namespace latchkey::email

LATCHKEY_PLUGIN(latchkey::email::EmailPlugin, "email", latchkey::kVersion, "Writes mails, and sends them by the configured transport")
