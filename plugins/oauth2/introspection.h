// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/oauth2/token.h"
#include "domain/policy/policy.h"
#include "domain/store.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/client_authentication.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_metrics.h"

#include <string>

namespace latchkey::oauth2 {

/// POST /oauth2/introspect (RFC 7662), for confidential clients, and for the homeserver with its shared secret: that one costs one
/// round trip to the database.
class Introspection {
public:
    Introspection(Store& store, const ClientAuthentication& clients, FailureGuard& guard, const Policy& policy,
                  ActivityRecorder& activity, OAuthMetrics& metrics, std::string homeserverSecret)
        : store_(store), clients_(clients), guard_(guard), policy_(policy), activity_(activity), metrics_(metrics),
          homeserverSecret_(std::move(homeserverSecret)) {}
    http::Response post(const http::Request& request) const;

private:
    void requireCaller(const http::Request& request, const Form& form) const;
    void requireHomeserver(const http::Request& request, const std::string& secret) const;
    std::optional<std::string> answer(const std::string& token, const std::optional<std::string>& hint, bool explicitDevice) const;
    std::optional<std::string> access(const std::string& token) const;
    std::optional<std::string> refresh(const std::string& token) const;
    std::optional<std::string> personal(const std::string& token) const;
    std::optional<std::string> compatAccess(const std::string& token, bool explicitDevice) const;
    std::optional<std::string> compatRefresh(const std::string& token, bool explicitDevice) const;
    JsonObject described(const OAuthSession& session, const std::optional<User>& user, const char* type) const;
    Scope standing(const Scope& granted, const std::optional<User>& user, const Ulid& clientId) const;

    Store& store_;
    const ClientAuthentication& clients_;
    FailureGuard& guard_;
    const Policy& policy_;
    ActivityRecorder& activity_;
    OAuthMetrics& metrics_;
    const std::string homeserverSecret_;
};

}  // namespace latchkey::oauth2
