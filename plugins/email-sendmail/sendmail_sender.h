// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"

#include <cstdint>

namespace latchkey::sendmail {

/// MailSender that runs `command -i -f from -- to` for each mail, without a shell, and gives it the mail on standard input.
class SendmailSender final : public MailSender {
public:
    explicit SendmailSender(std::string command, std::int64_t timeoutMs = 60'000) : command_(std::move(command)), timeoutMs_(timeoutMs) {}

    void send(const MailEnvelope& envelope) override;
    /// Only whether there is such a program: running it would send.
    std::string probe() override;

private:
    const std::string command_;
    const std::int64_t timeoutMs_;
};

}  // namespace latchkey::sendmail
