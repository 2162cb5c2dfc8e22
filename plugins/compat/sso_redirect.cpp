// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/sso_redirect.h"

#include "domain/clock.h"
#include "domain/compat/sso_login.h"
#include "domain/secret.h"
#include "domain/compat/redirect_url.h"

namespace latchkey::compat {

namespace {

// Seen by a person, unlike all else here.
http::Response refusal() {
    return http::html(400, "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Cannot log in</title></head><body><h1>Cannot log in</h1>"
                           "<p>The app did not say properly where to return to: the parameter redirectUrl must be an absolute URL.</p></body></html>")
        .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
        .header("X-Frame-Options", "DENY")
        .noStore();
}

bool understood(std::string_view action) { return action == "login" || action == "register"; }

std::string actionQuery(const http::Parameters& query) {
    std::string_view action = query.get("action").value_or("");
    if (!understood(action)) action = query.get("org.matrix.msc3824.action").value_or("");
    if (!understood(action)) return {};
    return "?action=" + std::string(action) + "&org.matrix.msc3824.action=" + std::string(action);
}

}  // namespace

// The row's token is told to nobody: the one that is comes when a person agrees.
http::Response SsoRedirect::get(const http::Request& request) const {
    const auto query = request.query();
    const std::string target(query ? query->get("redirectUrl").value_or("") : "");
    if (!isRedirectUrl(target)) return refusal();
    const Instant now = currentTime();
    const CompatSsoLogin login{newId(now), target, now, {}, {}, {}, {}};
    store_.reading()->compatSsoLogins().add(login, randomAlphanumerics(32));
    return http::redirect(settings_.url.join("complete-compat-sso/" + login.id.text()) + actionQuery(*query)).header("Cache-Control", "no-store");
}

}  // namespace latchkey::compat
