// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "plugins/http/api/request.h"

#include <optional>
#include <string>

namespace latchkey::account {

/// Where a person goes once they are logged in, carried as parameters `kind`, `id`, … of pages and forms. It names places of this
/// server only, so it cannot send anybody elsewhere.
struct PostAuthAction {
    enum class Kind { continueAuthorizationGrant, continueDeviceCodeGrant, continueCompatSsoLogin, changePassword, linkUpstream, manageAccount };

    Kind kind;
    std::optional<Ulid> id;
    std::optional<std::string> action;    ///< with manageAccount
    std::optional<std::string> deviceId;  ///< with manageAccount

    /// Nothing if it is absent, unknown or incomplete.
    static std::optional<PostAuthAction> parse(const http::Parameters& parameters);

    /// The same kept as JSON: `{"kind": …, "id": …}`.
    static std::optional<PostAuthAction> fromJson(const std::string& json);
    std::string toJson() const;

    /// The path to go to, below the public base.
    std::string destination() const;
    /// As parameters again, in order: for links and hidden fields.
    std::vector<std::pair<std::string, std::string>> parameters() const;
    /// `path` with these parameters as its query.
    std::string appendedTo(std::string path) const;
};

/// The destination, or the start page.
std::string destinationOf(const std::optional<PostAuthAction>& action);

}  // namespace latchkey::account
