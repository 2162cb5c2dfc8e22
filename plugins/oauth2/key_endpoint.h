// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"
#include "plugins/http/api/response.h"

namespace latchkey::oauth2 {

/// GET /oauth2/keys.json: the public half of the signing keys (RFC 7517 §5).
class KeyEndpoint {
public:
    explicit KeyEndpoint(const jose::KeyStore& keys) : keys_(keys) {}
    http::Response get() const;

private:
    const jose::KeyStore& keys_;
};

}  // namespace latchkey::oauth2
