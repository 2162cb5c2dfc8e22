// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/jws.h"

#include "domain/crypto/encoding.h"
#include "domain/jose/json.h"
#include "domain/jose/signature.h"

#include <Poco/JSONString.h>

#include <algorithm>

namespace latchkey::jose {

namespace {

constexpr std::size_t kLargest = 64 * 1024;

std::string header(const Key& key, Algorithm algorithm, std::string_view type) {
    std::string json = R"({"alg":")" + std::string(algorithmName(algorithm)) + '"';
    if (!key.kid().empty()) json += ",\"kid\":" + Poco::toJSON(key.kid());
    if (!type.empty()) json += ",\"typ\":" + Poco::toJSON(std::string(type));
    return json + '}';
}

// Members of a header that would change what the signature means, or who may have made it. None of them is for us to follow;
// `jwk`, `jku`, `x5u` and `x5c` are ignored, as the keys come from the caller.
bool asksForMore(const Poco::JSON::Object& header) { return header.has("crit") || header.has("b64"); }

// `kid` and `typ`: missing is empty, anything but a string is malformed.
bool readText(const Poco::JSON::Object& header, const std::string& name, std::string& into) {
    if (!header.has(name)) return true;
    const auto text = stringMember(header, name);
    into = text.value_or("");
    return text.has_value();
}

bool readHeader(std::string_view json, Jws& jws) {
    const auto object = parseObject(json);
    if (!object || asksForMore(*object)) return false;
    const auto algorithm = parseAlgorithm(stringMember(*object, "alg").value_or(""));
    if (!algorithm) return false;
    jws.algorithm = *algorithm;
    return readText(*object, "kid", jws.kid) && readText(*object, "typ", jws.type);
}

}  // namespace

std::string sign(const Key& key, Algorithm algorithm, std::string_view payload, std::string_view type) {
    std::string input = base64Url(header(key, algorithm, type)) + '.' + base64Url(payload);
    const std::string signature = base64Url(signRaw(key, algorithm, input));
    return std::move(input += '.').append(signature);
}

std::optional<Jws> Jws::parse(std::string_view compact) {
    if (compact.size() > kLargest) return std::nullopt;
    const std::size_t first = compact.find('.');
    const std::size_t last = compact.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    const auto head = fromBase64Url(compact.substr(0, first));
    const auto body = fromBase64Url(compact.substr(first + 1, last - first - 1));  // a third dot is no digit of it
    const auto seal = fromBase64Url(compact.substr(last + 1));
    Jws jws{};
    if (!head || !body || !seal || seal->empty() || !readHeader(*head, jws)) return std::nullopt;
    jws.payload = *body;
    jws.signingInput = compact.substr(0, last);
    jws.signature = *seal;
    return jws;
}

bool Jws::verify(const std::vector<Key>& keys) const {
    return std::any_of(keys.begin(), keys.end(), [this](const Key& key) {
        return (kid.empty() || key.kid().empty() || key.kid() == kid) && verify(key);
    });
}

bool Jws::verify(const Key& key) const { return verifyRaw(key, algorithm, signingInput, signature); }

}  // namespace latchkey::jose
