// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/outgoing_http.h"
#include "plugins/outgoing-http/config.h"
#include "plugins/outgoing-http/target.h"

#include <memory>

namespace latchkey::outgoing {

/// libcurl's handle with the connections that it keeps. One request at a time.
class Handle {
public:
    Handle();
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    void* native() const noexcept { return curl_; }
    std::string origin;              ///< of the last request
    std::string pinned;              ///< "host:port" of the name whose addresses libcurl was told
    std::int64_t usedAtMs = 0;

private:
    void* curl_;
};

/// One request without redirects.
struct Hop {
    const OutgoingRequest& request;  ///< its url does not count
    const Target& target;
    const std::vector<IpAddress>& addresses;  ///< the checked ones; empty: libcurl looks the name up (trusted only), or it is an address
    std::int64_t deadlineMs;                ///< monotonic
    bool bare;                              ///< leave out what belongs to another origin: body and credentials
};

OutgoingResponse exchange(Handle& handle, const OutgoingConfig& config, const Hop& hop);

}  // namespace latchkey::outgoing
