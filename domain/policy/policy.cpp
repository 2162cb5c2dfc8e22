// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy.h"

namespace latchkey {

PolicyViolations Policy::personalToken(const PersonalTokenRequest&) {
    return {{.message = "personal access tokens are not allowed here", .code = {}, .field = {}, .redirectUri = false, .needToRemove = {}}};
}

}  // namespace latchkey
