// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver_client.h"

#include <cstdint>

namespace latchkey::webhook {

inline constexpr const char* kPrefix = "latchkey/v1/";
inline constexpr const char* kKeyHeader = "idempotency-key";

/// What is signed, as docs/homeserver-webhook.md says: five lines, the last one the body.
std::string signedText(std::int64_t seconds, std::string_view call, std::string_view key, std::string_view body);

/// The headers that show that a request is ours: time and signature. The secret itself is never sent.
HomeserverClient::Headers signedHeaders(const std::string& secret, const HomeserverRequest& request, std::int64_t seconds);

}  // namespace latchkey::webhook
