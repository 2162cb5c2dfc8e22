// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/email-smtp/config.h"
#include "plugins/email-smtp/smtp_sender.h"

#include <optional>

namespace latchkey::smtp {

/// `email.transport: smtp`
class EmailSmtpPlugin final : public Plugin, private MailTransport {
public:
    void configure(const config::Section& root) override { config_ = SmtpConfig::parse(root); }
    void start(Services& services) override { services.offer<MailTransport>(*this); }

    void drain(const Deadline&) noexcept override {
        if (sender_) sender_->cancel();
    }

    void stop() noexcept override { sender_.reset(); }

private:
    std::string name() const override { return "smtp"; }
    MailSender& open() override {
        config_.readEnvironment();
        return sender_.emplace(config_);
    }

    SmtpConfig config_;
    std::optional<SmtpSender> sender_;
};

}  // namespace latchkey::smtp

LATCHKEY_PLUGIN(latchkey::smtp::EmailSmtpPlugin, "email-smtp", latchkey::kVersion, "Sends mails to an SMTP server")
