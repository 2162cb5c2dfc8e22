// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-webhook/signature.h"

#include "domain/crypto/encoding.h"

namespace latchkey::webhook {

namespace {

std::string_view keyOf(const HomeserverRequest& request) {
    for (const auto& [name, value] : request.headers) {
        if (name == kKeyHeader) return value;
    }
    return {};
}

std::string_view callOf(const HomeserverRequest& request) { return std::string_view(request.path).substr(request.path.rfind('/') + 1); }

}  // namespace

std::string signedText(std::int64_t seconds, std::string_view call, std::string_view key, std::string_view body) {
    std::string text = "latchkey-v1\n" + std::to_string(seconds) + '\n';
    return text.append(call).append("\n").append(key).append("\n").append(body);
}

HomeserverClient::Headers signedHeaders(const std::string& secret, const HomeserverRequest& request, std::int64_t seconds) {
    const std::string text = signedText(seconds, callOf(request), keyOf(request), request.body);
    return {{"latchkey-timestamp", std::to_string(seconds)}, {"latchkey-signature", "v1=" + hex(hmacSha256(secret, text))}};
}

}  // namespace latchkey::webhook
