// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/code_verifier.h"

#include "domain/crypto/encoding.h"
#include "domain/secret.h"
#include "plugins/oauth2/oauth_error.h"

#include <algorithm>

namespace latchkey::oauth2 {

namespace {

bool isUnreserved(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~'; }

bool isVerifier(const std::string& text) { return text.size() >= 43 && text.size() <= 128 && std::ranges::all_of(text, isUnreserved); }

}  // namespace

void requireVerifier(const std::optional<CodeChallenge>& challenge, const std::optional<std::string>& verifier) {
    if (!challenge && !verifier) return;
    if (!challenge) throw invalidRequest("code_verifier was sent, but the authorization request had no code_challenge");
    if (!verifier) throw invalidRequest("code_verifier is missing");
    if (!isVerifier(*verifier)) throw invalidGrant("code_verifier is malformed");
    const std::string expected = challenge->method == CodeChallenge::Method::s256 ? base64Url(sha256(*verifier)) : *verifier;
    if (!constantTimeEquals(expected, challenge->challenge)) throw invalidGrant("code_verifier does not fit the code_challenge");
}

}  // namespace latchkey::oauth2
