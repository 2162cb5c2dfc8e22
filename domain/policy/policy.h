// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client.h"
#include "domain/oauth2/session.h"
#include "domain/user/user.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey {

/// Why something is not allowed.
struct PolicyViolation {
    std::string message;                       ///< may be shown
    std::optional<std::string> code;           ///< "username-too-short", "too-many-sessions", …
    std::optional<std::string> field;          ///< of the form
    bool redirectUri = false;                  ///< it concerns a redirect URI
    std::optional<std::int64_t> needToRemove;  ///< with too-many-sessions
    bool operator==(const PolicyViolation&) const = default;
};
using PolicyViolations = std::vector<PolicyViolation>;

/// Who asks.
struct PolicyRequester {
    std::optional<std::string> ipAddress;
    std::optional<std::string> userAgent;
};

struct GrantRequest {
    const Client& client;
    const User* user = nullptr;                ///< nullptr: client_credentials
    std::optional<SessionCounts> sessions;
    Scope scope;
    /// "authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code". A refresh asks as the first of them.
    std::string grantType;
    PolicyRequester requester;
};

/// What a policy says of a grant beyond yes or no.
struct LATCHKEY_API GrantDecision {
    PolicyViolations violations;               ///< empty: allowed
    enum class Consent { ask, remember, skip } consent = Consent::ask;
    std::optional<Scope> scope;                ///< grant this instead of what was asked; what goes beyond that counts for nothing
    std::optional<Duration> accessTokenLifetime;  ///< of all access tokens that come of it, also by refreshing

    /// What is granted to somebody who asked for `asked`.
    Scope granted(const Scope& asked) const;
};

struct RegistrationRequest {
    std::string method;                        ///< "password", "upstream-oauth2"
    std::string username;
    std::optional<std::string> email;
    PolicyRequester requester;
};
struct EmailRequest {
    std::string email;
    PolicyRequester requester;
};
struct ClientRegistrationRequest {
    std::string metadata;                      ///< JSON, validated
    PolicyRequester requester;
};
struct CompatLoginRequest {
    const User& user;
    SessionCounts sessions;
    bool sessionReplaced = false;
    std::string loginType;                     ///< "m.login.password", "m.login.token", "m.login.sso"
    std::optional<std::string> redirectUri;    ///< with m.login.sso
    PolicyRequester requester;
};

struct PersonalTokenRequest {
    const User& user;                          ///< makes it, and is who it acts as
    SessionCounts sessions;
    Scope scope;
    std::optional<Duration> lifetime;          ///< nothing: for ever
    PolicyRequester requester;
};

/// Decides what is allowed. Thread-safe. May take long and may call out, so never with a unit of work open. An exception means
/// that it cannot decide: the request fails, closed (Unavailable if trying again may help).
///
/// Exactly one plugin offers it, the one that `policy.engine` names: `builtin` (policy-builtin), `opa` (policy-opa), or any other
/// word for a plugin of your own. Such a plugin is loaded by `plugins.extra: [{plugin: …, group: base}]`, offers its Policy in
/// start(), and reads its settings from a section of its own; what stands in `policy.data` is its to interpret, as is the data set
/// at run time (policy_data.h). policy-builtin then stands back, and ends the start of the server if nobody offers a policy.
/// Several policies behind one: a plugin of your own that calls others, since it alone is asked.
class LATCHKEY_API Policy {
public:
    static constexpr const char* kService = "domain.Policy/1";
    virtual ~Policy();
    virtual GrantDecision grant(const GrantRequest& request) = 0;
    virtual PolicyViolations registration(const RegistrationRequest& request) = 0;
    virtual PolicyViolations email(const EmailRequest& request) = 0;
    virtual PolicyViolations clientRegistration(const ClientRegistrationRequest& request) = 0;
    virtual PolicyViolations compatLogin(const CompatLoginRequest& request) = 0;
    /// Whether somebody may make a personal access token of their own. A policy that does not know of them forbids all.
    virtual PolicyViolations personalToken(const PersonalTokenRequest& request);
    /// Whether an admin scope that was granted still stands: to `user`, or (nullptr) to the client itself. Asked at introspection, so
    /// from memory alone: a policy that would have to call out says yes, and grant() decides at the next refresh.
    virtual bool keepsAdmin(const User* user, const Ulid& clientId) const;
};

}  // namespace latchkey
