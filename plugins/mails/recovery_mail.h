// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/recovery.h"
#include "domain/user/user_email.h"
#include "plugins/mails/post.h"

#include <optional>
#include <vector>

namespace latchkey {
class Store;
}

namespace latchkey::mails {

/// Mails a link to choose a new password. Each call makes a link of its own: one that has to wait is young when it arrives. Thread-safe.
class RecoveryLinks {
public:
    RecoveryLinks(Store& store, Post& post) : store_(store), post_(post) {}
    /// Never with a unit of work open. Done, too, if the account or the request is over.
    JobOutcome mail(const RecoverySession& session, const UserEmail& email) const;

private:
    std::optional<std::string> newTicket(const RecoverySession& session, const UserEmail& email) const;

    Store& store_;
    Post& post_;
};

/// The queue `send-account-recovery-email`: a mail for the account that has the address. Almost always there is one at most; several
/// get a job each, so that one whose mail has to wait does not have the others' repeated.
class RecoveryMail final : public JobHandler {
public:
    RecoveryMail(Store& store, const RecoveryLinks& links) : store_(store), links_(links) {}
    std::string_view queue() const override { return "send-account-recovery-email"; }
    JobOutcome run(std::string_view payload, const JobContext& context) override;

private:
    std::vector<UserEmail> allOf(const std::string& address) const;
    void leaveToOthers(const RecoverySession& session, const std::vector<UserEmail>& emails) const;

    Store& store_;
    const RecoveryLinks& links_;
};

/// The queue `send-account-recovery-email-of-one`: the same for one of several accounts. Of our own, so that workers of the reference
/// leave it alone.
class RecoveryMailOfOne final : public JobHandler {
public:
    static constexpr const char* kQueue = "send-account-recovery-email-of-one";
    RecoveryMailOfOne(Store& store, const RecoveryLinks& links) : store_(store), links_(links) {}
    std::string_view queue() const override { return kQueue; }
    JobOutcome run(std::string_view payload, const JobContext& context) override;

private:
    Store& store_;
    const RecoveryLinks& links_;
};

}  // namespace latchkey::mails
