// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/device_authorization.h"

#include "domain/clock.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/oauth2/id_token_algorithm.h"
#include "domain/secret.h"
#include "plugins/oauth2/grants/device_code.h"
#include "plugins/oauth2/json.h"
#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

namespace {

constexpr Duration kLifetime = Duration::seconds(1200);
constexpr std::size_t kDeviceCodeLength = 32;
constexpr std::size_t kUserCodeLength = 6;

// RFC 8628 §6.1: letters that are easily typed and told apart, and no words by chance.
std::string newUserCode() {
    constexpr std::string_view kAlphabet = "BCDFGHJKLMNPQRSTVWXZ23456789";
    constexpr unsigned kFair = 256 / kAlphabet.size() * kAlphabet.size();
    std::string code;
    while (code.size() < kUserCodeLength) {
        for (const char c : randomBytes(kUserCodeLength)) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < kFair && code.size() < kUserCodeLength) code += kAlphabet[byte % kAlphabet.size()];
        }
    }
    return code;
}

}  // namespace

Scope DeviceAuthorization::scopeFor(const Client& client, const Form& form) const {
    auto scope = Scope::parse(form.optional("scope").value_or(""));
    if (!scope) throw invalidScope("scope is missing or malformed");
    if (!canBeSigned(*scope, client, *keys_.keys())) throw invalidScope(kNoIdTokenKey);
    return *scope;
}

http::Response DeviceAuthorization::post(const http::Request& request) const {
    if (!settings_.enabled) throw invalidRequest("the device authorization grant is switched off");
    const Form form = Form::parse(request);
    const Client client = clients_.authenticate(request, form);
    if (!client.grantDeviceCode) throw unauthorizedClient("the client is not registered for the device authorization grant");
    const Instant now = currentTime();
    DeviceCodeGrant grant;
    grant.id = newId(now);
    grant.clientId = client.id;
    grant.scope = scopeFor(client, form);
    grant.createdAt = now;
    grant.expiresAt = now + kLifetime;
    grant.ipAddress = request.clientIp;
    if (const auto agent = request.headers.get("User-Agent")) grant.userAgent = std::string(agent->substr(0, 1024));
    const std::string deviceCode = randomAlphanumerics(kDeviceCodeLength);
    for (int attempt = 0;; ++attempt) {
        const std::string userCode = newUserCode();
        const auto work = store_.begin();
        try {
            work->deviceCodeGrants().add(grant, deviceCode, userCode);
            work->commit();
            return http::json(200, answer(deviceCode, userCode)).noStore();
        } catch (const Conflict&) {  // the user code is in use
            if (attempt == 10) throw;
        }
    }
}

std::string DeviceAuthorization::answer(const std::string& deviceCode, const std::string& userCode) const {
    JsonObject json;
    json.text("device_code", deviceCode).text("user_code", userCode).text("verification_uri", settings_.url.join("link"));
    if (settings_.completeUri) json.text("verification_uri_complete", settings_.url.join("link") + "?code=" + userCode);
    json.number("expires_in", kLifetime.us / 1'000'000).number("interval", DeviceCodeTokenGrant::kInterval.us / 1'000'000);
    return json.str();
}

}  // namespace latchkey::oauth2
