// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"
#include "kernel/plugin.h"

#include <thread>

namespace latchkey::email {

/// `mas-cli doctor` on the way out for mails.
class EmailCheck final : public DoctorCheck {
public:
    explicit EmailCheck(MailSender& transport, bool drops) : transport_(transport), drops_(drops) {}
    std::string name() const override { return "email"; }
    void run(Report& report) override;

private:
    MailSender& transport_;
    const bool drops_;
};

/// Tries the way out once, when the server is ready, beside everything else: a warning is all that comes of it.
class StartProbe final : public ReadyListener {
public:
    explicit StartProbe(MailSender& transport) : transport_(transport) {}
    ~StartProbe() override;
    void ready() noexcept override;

private:
    void run() noexcept;
    MailSender& transport_;
    std::thread thread_;
};

}  // namespace latchkey::email
