// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/outgoing-http/curl_http.h"
#include "tests/plugins/outgoing-http/scripted_server.h"

namespace latchkey::outgoing::test {

inline OutgoingRequest get(const std::string& url, bool untrusted = false) {
    OutgoingRequest request;
    request.url = url;
    request.untrusted = untrusted;
    request.timeoutMs = 30'000;
    return request;
}

inline OutgoingConfig allowing(std::initializer_list<const char*> networks) {
    std::vector<IpNetwork> allowed;
    for (const char* text : networks) allowed.push_back(IpNetwork::parse(text).value());
    OutgoingConfig config;
    config.rules = AddressRules(allowed);
    return config;
}

/// What send() throws; empty if it does not.
inline std::string failure(OutgoingHttp& http, const OutgoingRequest& request) {
    try {
        http.send(request);
        return {};
    } catch (const OutgoingHttpError& error) {
        return error.what();
    }
}

}  // namespace latchkey::outgoing::test
