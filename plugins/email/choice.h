// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"

#include <string>
#include <vector>

namespace latchkey::email {

/// Opens the one transport of this name. Throws ConfigError that names those there are, if it is not among them or there twice.
MailSender& openTransport(const std::vector<MailTransport*>& offered, const std::string& name);

/// Stands for a transport that cannot be used: every mail fails, temporarily, for that reason.
class UnusableTransport final : public MailSender {
public:
    explicit UnusableTransport(std::string reason) : reason_(std::move(reason)) {}
    const std::string& reason() const { return reason_; }
    void send(const MailEnvelope&) override { fail(); }
    std::string probe() override { fail(); }

private:
    [[noreturn]] void fail() const { throw MailError(reason_, MailError::Kind::temporary, "correct email.transport, or plugins.enabled"); }
    const std::string reason_;
};

}  // namespace latchkey::email
