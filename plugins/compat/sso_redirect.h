// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/store.h"
#include "plugins/compat/settings.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

namespace latchkey::compat {

/// GET …/login/sso/redirect[/{idp}]: sends a person to the page that lets the client in. Thread-safe.
class SsoRedirect {
public:
    SsoRedirect(Store& store, const Settings& settings) : store_(store), settings_(settings) {}
    http::Response get(const http::Request& request) const;

private:
    Store& store_;
    const Settings& settings_;
};

}  // namespace latchkey::compat
