// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"

#include <optional>
#include <string>

namespace latchkey::opa {

/// The rules that are asked, as paths below /v1/data; named as in the reference, so that its sources can be served as they are.
struct Paths {
    std::string registration;
    std::string email;
    std::string clientRegistration;
    std::string grant;
    std::string compatLogin;
    std::string personalToken;              ///< Latchkey's own
};

struct Config {
    bool chosen = false;                    ///< policy.engine is `opa`
    std::string url;                        ///< ends in a slash
    std::int64_t timeoutMs = 2'000;
    config::Section::InlineOrFile token;    ///< OPA's --authentication=token
    Paths paths;
    std::string data = "{}";                ///< JSON: server_name and session_limit, and over them policy.data

    static Config parse(const config::Section& root);
};

}  // namespace latchkey::opa
