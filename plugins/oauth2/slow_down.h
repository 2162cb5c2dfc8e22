// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

/// 429 `slow_down`, with Retry-After.
class SlowDown final : public OAuthError {
public:
    explicit SlowDown(int seconds) : OAuthError(429, "slow_down", "too many failed attempts: try again later"), seconds_(seconds) {}
    int seconds() const noexcept { return seconds_; }

private:
    int seconds_;
};

}  // namespace latchkey::oauth2
