// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/key_set.h"

#include "domain/jose/algorithm.h"
#include "domain/jose/json.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace latchkey::jose {

namespace {
constexpr std::size_t kMostKeys = 100;
}

KeySet::KeySet(std::vector<Key> keys) : keys_(std::move(keys)) {
    std::string list;
    for (const Key& key : keys_) {
        const std::string jwk = key.publicJwk();
        if (!jwk.empty()) list += (list.empty() ? "" : ",") + jwk;
    }
    json_ = "{\"keys\":[" + list + "]}";
}

std::optional<KeySet> KeySet::parse(std::string_view json) {
    const auto object = parseObject(json);
    const Poco::JSON::Array::Ptr list = object ? object->getArray("keys") : nullptr;
    if (!list || list->size() > kMostKeys) return std::nullopt;
    std::vector<Key> keys;
    for (unsigned i = 0; i < list->size(); ++i) {
        const Poco::JSON::Object::Ptr item = list->getObject(i);
        auto key = item ? Key::fromJwk(*item) : std::nullopt;
        if (key && !key->algorithms().empty()) keys.push_back(std::move(*key));
    }
    return KeySet(std::move(keys));
}

const Key* KeySet::signingKey(Algorithm algorithm) const noexcept {
    const auto found = std::find_if(keys_.rbegin(), keys_.rend(), [&](const Key& key) { return key.isPrivate() && key.can(algorithm); });
    return found == keys_.rend() ? nullptr : &*found;
}

std::vector<Algorithm> KeySet::algorithms() const {
    std::vector<Algorithm> able;
    for (const Algorithm each : kAllAlgorithms) {
        if (std::any_of(keys_.begin(), keys_.end(), [&](const Key& key) { return key.can(each); })) able.push_back(each);
    }
    return able;
}

KeyStore::~KeyStore() = default;

}  // namespace latchkey::jose
