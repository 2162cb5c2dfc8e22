// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"
#include "plugins/oauth2/metadata.h"

#include <memory>
#include <mutex>
#include <string>

namespace latchkey::oauth2 {

/// OpenID Connect Discovery 1.0: the provider's metadata (§4) and WebFinger (§2, RFC 7033). Thread-safe.
class Discovery {
public:
    Discovery(MetadataSettings settings, const jose::KeyStore& keys) : settings_(std::move(settings)), keys_(keys) {}

    http::Response configuration() const;
    /// Any `resource` is answered for: which accounts exist is nobody's business.
    http::Response webfinger(const http::Request& request) const;

private:
    const MetadataSettings settings_;
    const jose::KeyStore& keys_;
    // The document, made once for each set of keys.
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const jose::KeySet> madeFor_;
    mutable std::shared_ptr<const std::string> document_;
};

}  // namespace latchkey::oauth2
