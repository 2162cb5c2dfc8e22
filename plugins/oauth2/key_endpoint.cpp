// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/key_endpoint.h"

namespace latchkey::oauth2 {

http::Response KeyEndpoint::get() const { return http::json(200, keys_.keys()->publicJson()); }

}  // namespace latchkey::oauth2
