// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"
#include "plugins/email/mime.h"

#include <atomic>
#include <cstdint>

namespace latchkey::email {

/// Mailer: writes the mail, hands it to the configured transport, and counts.
class ConfiguredMailer final : public Mailer, public MetricsSource {
public:
    ConfiguredMailer(Sender sender, MailSender& transport) : sender_(std::move(sender)), transport_(transport) {}

    void send(const MailMessage& message) override;
    void collect(MetricsWriter& writer) const override;

private:
    void deliver(const MailMessage& message);
    std::atomic<std::uint64_t>& counterOf(MailError::Kind kind) { return kind == MailError::Kind::permanent ? permanent_ : temporary_; }

    const Sender sender_;
    MailSender& transport_;
    std::atomic<std::uint64_t> sent_{0}, temporary_{0}, permanent_{0};
    std::atomic<std::uint64_t> milliseconds_{0};
};

}  // namespace latchkey::email
