// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_sink.h"
#include "domain/oauth2/session.h"
#include "domain/store.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/client_authentication.h"

namespace latchkey::oauth2 {

/// POST /oauth2/revoke (RFC 7009): ends the token's session, with all its tokens.
class Revocation {
public:
    Revocation(Store& store, const ClientAuthentication& clients, Events* events) : store_(store), clients_(clients), events_(events) {}
    http::Response post(const http::Request& request) const;

private:
    std::optional<OAuthSession> sessionOf(UnitOfWork& work, const std::string& token) const;

    Store& store_;
    const ClientAuthentication& clients_;
    Events* events_;
};

}  // namespace latchkey::oauth2
