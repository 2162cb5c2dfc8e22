// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/authorization_grant.h"

#include <optional>
#include <string>

namespace latchkey::oauth2 {

/// RFC 7636 §4.6. Throws invalid_request if a verifier is missing, or there without a challenge (RFC 9700 §4.8: a downgrade);
/// invalid_grant if it is malformed or does not fit.
void requireVerifier(const std::optional<CodeChallenge>& challenge, const std::optional<std::string>& verifier);

}  // namespace latchkey::oauth2
