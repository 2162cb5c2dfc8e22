// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/oauth2/token.h"
#include "domain/store.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/id_token.h"

namespace latchkey::oauth2 {

/// GET and POST /oauth2/userinfo (OpenID Connect Core §5.3), as JSON or, where the client registered an algorithm, as a signed JWT.
class UserInfo {
public:
    UserInfo(Store& store, const IdTokens& idTokens, ActivityRecorder& activity) : store_(store), idTokens_(idTokens), activity_(activity) {}
    http::Response answer(const http::Request& request) const;

private:
    http::Response describe(const AccessTokenDetails& details) const;

    Store& store_;
    const IdTokens& idTokens_;
    ActivityRecorder& activity_;
};

}  // namespace latchkey::oauth2
