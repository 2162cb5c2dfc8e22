// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/bearer.h"

#include "domain/compat/token_repository.h"
#include "domain/token/token_format.h"
#include "plugins/compat/matrix_error.h"

namespace latchkey::compat {

namespace {

std::string_view bearer(const http::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto fields = request.headers.all("Authorization");
    if (fields.empty()) throw MatrixError(401, "M_MISSING_TOKEN", "there is no access token in the Authorization header");
    const std::string_view field = fields.front();
    const bool isBearer = field.size() > kScheme.size() && http::equalIgnoringCase(field.substr(0, kScheme.size()), kScheme);
    if (fields.size() > 1 || !isBearer) throw MatrixError(400, "M_UNKNOWN", "the Authorization header must be `Bearer` and a token, once");
    return field.substr(kScheme.size());
}

}  // namespace

CompatAccessDetails authenticated(Store& store, const http::Request& request, Instant now) {
    const std::string_view token = bearer(request);
    if (tokenKind(token) == TokenKind::compatAccess) {
        auto found = store.reading()->compatTokens().findAccess(token);
        if (found && found->validAt(now)) return std::move(*found);
    }
    throw MatrixError(401, "M_UNKNOWN_TOKEN", "the access token is not known, or not valid any more");
}

}  // namespace latchkey::compat
