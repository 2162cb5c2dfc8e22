// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "plugins/http/api/public_url.h"

#include <string>

namespace latchkey::config {
class Section;
}

namespace latchkey::compat {

struct Settings {
    http::PublicUrl url;
    std::string serverName = "localhost:8008";
    Duration accessTokenLifetime = Duration::seconds(300);  ///< of tokens that can be refreshed; others do not end
    bool evict = false;  ///< experimental.session_limit.dangerous_hard_limit_eviction

    static Settings parse(const config::Section& root);
};

}  // namespace latchkey::compat
