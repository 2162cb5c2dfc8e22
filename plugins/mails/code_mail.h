// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/email_authentication.h"
#include "plugins/mails/post.h"

#include <optional>

namespace latchkey {
class Store;
}

namespace latchkey::mails {

/// The queue `send-email-authentication-code`: a code that proves that somebody reads an address.
class CodeMail final : public JobHandler {
public:
    CodeMail(Store& store, Post& post) : store_(store), post_(post) {}
    std::string_view queue() const override { return "send-email-authentication-code"; }
    JobOutcome run(std::string_view payload, const JobContext& context) override;

private:
    std::optional<std::string> usernameOf(const EmailAuthentication& authentication) const;
    std::optional<std::string> codeFor(const EmailAuthentication& authentication, int attempt) const;

    Store& store_;
    Post& post_;
};

}  // namespace latchkey::mails
