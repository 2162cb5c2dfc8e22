// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace latchkey {
class OutgoingHttp;
}

namespace latchkey::jose {

/// Key sets that stand at a URL (a client's or provider's jwks_uri), kept for as long as their `Cache-Control: max-age` says, one
/// minute to one hour, ten minutes if it says nothing. Thread-safe.
///
/// A URL costs others little: at most 64 KiB and five seconds, one fetch at a time (whoever comes then is given the old set, or waits
/// with at most seven others), ten seconds' rest after a failure. While a set cannot be fetched again the old one serves, for a day.
/// At most 1,000 URLs are remembered; the one not used for longest is forgotten.
class LATCHKEY_API RemoteKeySets {
public:
    static constexpr const char* kService = "jose.RemoteKeySets/1";
    using Parse = std::function<std::optional<KeySet>(std::string_view)>;
    using Clock = std::function<std::int64_t()>;  ///< monotonic, milliseconds

    explicit RemoteKeySets(OutgoingHttp& http);
    RemoteKeySets(OutgoingHttp& http, Parse parse, Clock clock);
    ~RemoteKeySets();

    enum class Trust { untrusted, trusted };  ///< see OutgoingRequest::untrusted
    /// A set without the key `kid` (if one is named) is fetched again, at most once a minute. The set returned may still lack it.
    /// Throws OutgoingHttpError if there is none. Never call it with a unit of work open.
    std::shared_ptr<const KeySet> get(const std::string& url, std::string_view kid = {}, Trust trust = Trust::untrusted);

    std::size_t remembered() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace latchkey::jose
