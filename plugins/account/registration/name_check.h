// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"

#include <optional>
#include <string>

namespace latchkey {
class Homeserver;
class Store;
}  // namespace latchkey

namespace latchkey::account {

/// Whether somebody may register under a name: by the policy, by the users there are, and by the homeserver. Never holds a connection
/// while it asks.
class NameCheck {
public:
    enum class State {
        free,
        missing,
        denied,     ///< by the policy; the violations say why
        taken,      ///< or kept by the homeserver
        unchecked,  ///< the homeserver did not answer
    };
    struct Result {
        State state = State::free;
        PolicyViolations violations;  ///< all, of other fields too
    };

    /// Without a homeserver the users here decide.
    NameCheck(Store& store, Policy& policy, Homeserver* homeserver) : store_(store), policy_(policy), homeserver_(homeserver) {}

    Result check(const std::string& username, const std::optional<std::string>& email, const PolicyRequester& requester) const;
    /// Without the policy, which was asked before.
    State availability(const std::string& username) const;

private:
    Store& store_;
    Policy& policy_;
    Homeserver* homeserver_;
};

}  // namespace latchkey::account
