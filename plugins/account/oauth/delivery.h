// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_request.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// Sends the answer to an authorization request to the client, in the response mode that it asked for, with `state` and `iss` (RFC 9207).
http::Response deliver(Visit& visit, const AuthorizationTarget& target, std::vector<std::pair<std::string, std::string>> parameters);
http::Response deliverError(Visit& visit, const AuthorizationTarget& target, const std::string& code, const std::string& description);

AuthorizationTarget targetOf(const AuthorizationGrant& grant);

std::vector<Sample> formPostSamples();

}  // namespace latchkey::account
