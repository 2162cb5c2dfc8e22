// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/outgoing-http/addresses.h"

#include <string>
#include <string_view>

namespace latchkey::outgoing {

/// Where a request goes, taken apart strictly: what two readers of a URL could understand differently is refused. libcurl is given
/// url(), which is put together from the checked parts.
struct Target {
    bool https = true;
    std::string host;        ///< a name in lower case, or an IP address without brackets
    unsigned port = 443;
    std::string resource;    ///< path and query, beginning with "/"
    std::optional<IpAddress> literal;  ///< if the host is an IP address

    /// http or https. Throws OutgoingHttpError for user names, for hosts that are neither a name in ASCII nor an address in its usual
    /// spelling (2130706433, 0x7f.1, 0177.0.0.1 …), for blanks, backslashes and control characters.
    static Target parse(std::string_view url);
    /// What a Location header in the answer of this target means. Throws if that is no valid target, or leads from https to http.
    Target redirected(const std::string& location) const;

    std::string origin() const;  ///< "https://example.org:8443"; fit for messages: paths and queries may hold secrets
    std::string url() const { return origin() + resource; }
};

}  // namespace latchkey::outgoing
