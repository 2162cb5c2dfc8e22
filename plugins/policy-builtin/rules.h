// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "domain/user/user.h"
#include "kernel/ip_address.h"
#include "plugins/policy-builtin/matcher.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace latchkey::policy {

using Names = std::set<std::string, std::less<>>;

struct SessionLimit {
    std::int64_t soft = 0;
    std::int64_t hard = 0;
    std::optional<std::int64_t> maxThreshold;  ///< accounts with more sessions are exempt
};

/// The data of the policy, compiled. An absent allow-list allows everything, an empty one nothing.
struct Rules {
    std::string serverName;
    std::optional<SessionLimit> sessionLimit;
    Names adminUsers;
    Names adminClients;
    std::optional<Domains> allowedDomains;
    Domains bannedDomains;
    std::optional<Matcher> allowedAddresses;
    Matcher bannedAddresses;
    std::optional<Matcher> allowedUsernames;
    Matcher bannedUsernames;
    std::vector<IpNetwork> bannedIps;
    Matcher bannedUserAgents;
    bool allowInsecureUris = false;
    bool allowHostMismatch = false;
    bool allowMissingClientUri = false;

    // Not known to the reference.
    Names skipConsent;                                       ///< consent.skip_clients
    Names rememberConsent;                                   ///< consent.remember_clients
    Names personalScopes;                                    ///< personal_tokens.allowed_scopes
    std::optional<Duration> personalLifetime;                ///< personal_tokens.max_days
    std::map<std::string, Duration, std::less<>> lifetimes;  ///< token_lifetimes: client id → of its access tokens

    bool mayAdminister(const User& user) const { return user.canRequestAdmin || adminUsers.contains(user.username); }
};

struct DataProblem {
    std::vector<std::string> path;  ///< {"emails", "banned_addresses", "regexes"}
    std::string message;
    std::string text() const;       ///< "emails.banned_addresses.regexes: …"
};

/// Reads data (JSON text) strictly: what is of another kind than the policy understands is a problem, since a ban that is
/// silently ignored is worse than an error. Keys it does not know are left alone.
Rules readRules(const std::string& json, std::vector<DataProblem>& problems);

}  // namespace latchkey::policy
