// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"
#include "domain/oauth2/scope.h"
#include "domain/store.h"
#include "plugins/http/api/public_url.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/client_authentication.h"

namespace latchkey::oauth2 {

/// POST /oauth2/device (RFC 8628 §3.1).
class DeviceAuthorization {
public:
    struct Settings {
        bool enabled = true;         ///< oauth.device_code_grant_enabled
        bool completeUri = false;    ///< oauth.device_code_user_code_auto_fill_enabled
        http::PublicUrl url;
    };
    DeviceAuthorization(Store& store, const ClientAuthentication& clients, const jose::KeyStore& keys, Settings settings)
        : store_(store), clients_(clients), keys_(keys), settings_(std::move(settings)) {}
    http::Response post(const http::Request& request) const;

private:
    Scope scopeFor(const Client& client, const Form& form) const;
    std::string answer(const std::string& deviceCode, const std::string& userCode) const;

    Store& store_;
    const ClientAuthentication& clients_;
    const jose::KeyStore& keys_;
    const Settings settings_;
};

}  // namespace latchkey::oauth2
