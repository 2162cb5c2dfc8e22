// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/email-sendmail/sendmail_sender.h"

#include <optional>

namespace latchkey::sendmail {

/// `email.transport: sendmail`
class EmailSendmailPlugin final : public Plugin, private MailTransport {
public:
    void configure(const config::Section& root) override {
        const config::Section section = root.section("email");
        section.know("command");
        if (section.string("transport", "blackhole") != "sendmail") return;
        command_ = section.requiredString("command");
        for (const char* key : {"mode", "hostname", "port", "username", "password"}) {
            if (section.has(key)) section.problem(key, "does not go with the transport `sendmail`");
        }
    }

    void start(Services& services) override { services.offer<MailTransport>(*this); }
    void stop() noexcept override { sender_.reset(); }

private:
    std::string name() const override { return "sendmail"; }
    MailSender& open() override { return sender_.emplace(command_); }

    std::string command_;
    std::optional<SendmailSender> sender_;
};

}  // namespace latchkey::sendmail

LATCHKEY_PLUGIN(latchkey::sendmail::EmailSendmailPlugin, "email-sendmail", latchkey::kVersion, "Sends mails with the program sendmail")
