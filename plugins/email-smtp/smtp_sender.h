// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"
#include "plugins/email-smtp/config.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace latchkey::smtp {

/// MailSender over libcurl: a few connections are kept for the next mails.
class SmtpSender final : public MailSender {
public:
    explicit SmtpSender(SmtpConfig config);
    ~SmtpSender() override;

    void send(const MailEnvelope& envelope) override;
    std::string probe() override;
    /// Conversations that run now end soon, as temporary failures.
    void cancel() noexcept { cancelled_ = true; }

private:
    class Handle;
    class Lease;
    std::unique_ptr<Handle> take();
    void give(std::unique_ptr<Handle> handle) noexcept;

    const SmtpConfig config_;
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace latchkey::smtp
