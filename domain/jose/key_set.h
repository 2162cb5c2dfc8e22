// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key.h"

#include <memory>
#include <string>
#include <vector>

namespace latchkey::jose {

/// A set of keys (RFC 7517 §5). Immutable, thread-safe.
class LATCHKEY_API KeySet {
public:
    KeySet() = default;
    explicit KeySet(std::vector<Key> keys);
    /// {"keys": […]}; keys that cannot be used are left out. Nothing if it is no key set, or larger than 64 KiB or 100 keys.
    static std::optional<KeySet> parse(std::string_view json);

    const std::vector<Key>& keys() const noexcept { return keys_; }
    const std::string& publicJson() const noexcept { return json_; }  ///< {"keys":[…]}; made once
    /// The last one in the list that can, and is private; nothing if none can.
    const Key* signingKey(Algorithm algorithm) const noexcept;
    std::vector<Algorithm> algorithms() const;                     ///< of all keys, unique, in the order of the enumeration

private:
    std::vector<Key> keys_;
    std::string json_ = R"({"keys":[]})";
};

/// The server's own signing keys; replaced as a whole when they are read again. Thread-safe.
class LATCHKEY_API KeyStore {
public:
    static constexpr const char* kService = "domain.KeyStore/1";
    virtual ~KeyStore();
    virtual std::shared_ptr<const KeySet> keys() const = 0;
};

}  // namespace latchkey::jose
