// SPDX-License-Identifier: Apache-2.0
#include "domain/mailer.h"
#include "kernel/log.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"

namespace latchkey::blackhole {

/// `email.transport: blackhole`: mails are dropped and count as sent. Neither text nor address is logged.
class BlackholePlugin final : public Plugin, private MailTransport, private MailSender {
public:
    void start(Services& services) override { services.offer<MailTransport>(*this); }

private:
    std::string name() const override { return "blackhole"; }
    MailSender& open() override { return *this; }
    void send(const MailEnvelope& envelope) override {
        log_.warn("mail.dropped", "A mail was dropped: email.transport is blackhole", {{"bytes", envelope.content.size()}});
    }
    std::string probe() override { return "mails are dropped (email.transport: blackhole)"; }

    const log::Logger log_{"email"};
};

}  // namespace latchkey::blackhole

LATCHKEY_PLUGIN(latchkey::blackhole::BlackholePlugin, "email-blackhole", latchkey::kVersion, "Drops mails")
