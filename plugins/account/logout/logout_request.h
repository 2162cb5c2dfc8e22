// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/id_token_reader.h"
#include "plugins/http/api/request.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::account {

/// Why a logout request is refused; for the person, since nobody else is to be trusted then.
class LogoutRejection : public Error {
public:
    using Error::Error;
};

/// A client's wish that its person be logged out here (OpenID Connect RP-Initiated Logout 1.0 §2), checked.
struct LogoutRequest {
    std::optional<Client> client;
    std::optional<std::string> subject;      ///< of an ID token that this server made for that client
    std::optional<std::string> redirectUri;  ///< where the person goes afterwards: registered by the client
    std::optional<std::string> state;
    std::vector<std::string> uiLocales;

    /// Where the person goes afterwards, with the state; nothing: nowhere.
    std::optional<std::string> location() const;
    /// What leads to the same place again, for a form.
    std::vector<std::pair<std::string, std::string>> parameters() const;

    /// Throws LogoutRejection.
    static LogoutRequest read(const http::Parameters& parameters, Store& store, const IdTokenReader& idTokens);
};

}  // namespace latchkey::account
