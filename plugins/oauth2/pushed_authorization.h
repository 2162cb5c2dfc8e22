// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_request.h"
#include "domain/store.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/client_authentication.h"

namespace latchkey::oauth2 {

/// POST /oauth2/par (RFC 9126).
class PushedAuthorization {
public:
    PushedAuthorization(Store& store, const ClientAuthentication& clients, AuthorizationRequest::Rules rules) : store_(store), clients_(clients), rules_(rules) {}
    http::Response post(const http::Request& request) const;

private:
    Store& store_;
    const ClientAuthentication& clients_;
    const AuthorizationRequest::Rules rules_;
};

}  // namespace latchkey::oauth2
