// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/compat/matrix_json.h"

namespace latchkey::compat {

/// What a client sends to …/login.
struct LoginRequest {
    enum class Type { password, token };

    Type type = Type::password;
    std::string user;      ///< password: a localpart or Matrix id
    std::string password;
    std::string token;     ///< token
    bool refreshToken = false;
    std::optional<std::string> deviceId;
    std::optional<std::string> displayName;

    /// Throws MatrixError. `passwords`: whether there are passwords at all.
    static LoginRequest parse(const http::Request& request, bool passwords);
};

}  // namespace latchkey::compat
