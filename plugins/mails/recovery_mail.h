// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/recovery.h"
#include "domain/user/user_email.h"
#include "plugins/mails/post.h"

#include <optional>

namespace latchkey {
class Store;
}

namespace latchkey::mails {

/// The queue `send-account-recovery-email`: a link to choose a new password, for each account that has the address.
class RecoveryMail final : public JobHandler {
public:
    RecoveryMail(Store& store, Post& post) : store_(store), post_(post) {}
    std::string_view queue() const override { return "send-account-recovery-email"; }
    JobOutcome run(std::string_view payload, const JobContext& context) override;

private:
    JobOutcome sendAll(const RecoverySession& session, const JobContext& context);
    JobOutcome sendOne(const RecoverySession& session, const UserEmail& email);
    std::optional<std::string> newTicket(const RecoverySession& session, const UserEmail& email) const;

    Store& store_;
    Post& post_;
};

}  // namespace latchkey::mails
