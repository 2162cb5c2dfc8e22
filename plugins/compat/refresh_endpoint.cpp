// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/refresh_endpoint.h"

#include "domain/clock.h"
#include "domain/compat/token_repository.h"
#include "domain/token/token_format.h"
#include "plugins/compat/matrix_error.h"
#include "plugins/compat/matrix_json.h"

namespace latchkey::compat {

namespace {

CompatRotation newPair(const CompatRefreshDetails& presented, Duration lifetime, Instant now) {
    CompatRotation rotation;
    rotation.presentedId = presented.token.id;
    rotation.sessionId = presented.session.id;
    rotation.access = {newId(now), presented.session.id, now, now + lifetime};
    rotation.accessText = newToken(TokenKind::compatAccess);
    rotation.refresh = {newId(now), presented.session.id, rotation.access.id, now, {}};
    rotation.refreshText = newToken(TokenKind::compatRefresh);
    rotation.now = now;
    return rotation;
}

}  // namespace

http::Response RefreshEndpoint::post(const http::Request& request) const {
    const Instant now = currentTime();
    const std::string presented = MatrixBody::parse(request).required("refresh_token");
    const MatrixError unknown(401, "M_UNKNOWN_TOKEN", "the refresh token is not known, or not valid any more");
    if (tokenKind(presented) != TokenKind::compatRefresh) throw unknown;
    const auto found = store_.reading()->compatTokens().findRefresh(presented);
    if (!found || !found->valid()) throw unknown;
    const CompatRotation rotation = newPair(*found, lifetime_, now);
    if (!store_.reading()->compatTokens().rotate(rotation)) throw unknown;
    activity_.record({SessionKind::compat, found->session.id, now, request.clientIp});
    JsonWriter body;
    body.text("access_token", rotation.accessText).text("refresh_token", rotation.refreshText).number("expires_in_ms", lifetime_.us / 1000);
    return http::json(200, body.str()).noStore();
}

}  // namespace latchkey::compat
