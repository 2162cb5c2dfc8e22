// SPDX-License-Identifier: Apache-2.0
#include "plugins/compat/login_request.h"

#include "plugins/compat/matrix_error.h"

#include <algorithm>

namespace latchkey::compat {

namespace {

constexpr std::ptrdiff_t kLongestDeviceId = 255;
constexpr std::size_t kLongestName = 255;

bool startsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// What the homeserver takes; it would answer 500 to everything that such a session does.
void requireDeviceId(const std::string& id) {
    const auto characters = std::ranges::count_if(id, startsCharacter);
    if (characters == 0 || characters > kLongestDeviceId) throw MatrixError(400, "M_INVALID_PARAM", "`device_id` must have 1 to 255 characters");
}

std::string cut(std::string text) {
    if (text.size() <= kLongestName) return text;
    std::size_t end = kLongestName;
    while (end > 0 && !startsCharacter(text[end])) --end;
    return text.substr(0, end);
}

std::string userOf(const MatrixBody& body) {
    if (auto user = body.text("user")) return std::move(*user);
    const auto identifier = body.object("identifier");
    if (!identifier) throw MatrixError(400, "M_BAD_JSON", "`identifier` is missing");
    if (identifier->required("type") != "m.id.user") throw MatrixError(400, "M_UNKNOWN", "only identifiers of type m.id.user are supported");
    return identifier->required("user");
}

LoginRequest::Type typeOf(const std::string& type, bool passwords) {
    if (type == "m.login.password" && passwords) return LoginRequest::Type::password;
    if (type == "m.login.token") return LoginRequest::Type::token;
    if (type == "m.login.application_service") throw MatrixError(400, "M_APPSERVICE_LOGIN_UNSUPPORTED", "application services cannot log in here: they use their own token");
    throw MatrixError(400, "M_UNKNOWN", "this type of log-in is not supported");
}

}  // namespace

LoginRequest LoginRequest::parse(const http::Request& request, bool passwords) {
    const MatrixBody body = MatrixBody::parse(request);
    LoginRequest login;
    login.type = typeOf(body.required("type"), passwords);
    if (login.type == Type::password) {
        login.user = userOf(body);
        login.password = body.required("password");
    } else {
        login.token = body.required("token");
    }
    login.refreshToken = body.flag("refresh_token");
    login.deviceId = body.text("device_id");
    if (login.deviceId) requireDeviceId(*login.deviceId);
    login.displayName = body.text("initial_device_display_name");
    if (login.displayName) login.displayName = cut(std::move(*login.displayName));
    return login;
}

}  // namespace latchkey::compat
