// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::oauth2 {

/// An absolute URL in the parts and the normal form of the WHATWG's URL standard. What that standard would repair silently and no
/// URI may hold is refused: controls, blanks at the ends, backslashes, `^`, percent signs and shortened IPv4 addresses in hosts.
struct WebUrl {
    std::string scheme;               ///< lower case
    std::string credentials;          ///< `user:password`
    std::optional<std::string> host;  ///< of http(s) lower case, in Punycode; IPv6 in brackets. Nothing: no authority
    std::string port;                 ///< empty: none, or the scheme's own
    std::string path;
    std::optional<std::string> query;
    std::optional<std::string> fragment;

    static std::optional<WebUrl> parse(std::string_view text);
    std::string text() const;
    bool isHttp() const { return scheme == "http" || scheme == "https"; }
};

}  // namespace latchkey::oauth2
