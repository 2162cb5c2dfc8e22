// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/public_url.h"

#include "kernel/config/section.h"

namespace latchkey::http {

namespace {

// Of a normalised URL: where its path begins.
std::size_t pathBegin(std::string_view url) {
    const std::size_t authority = url.find("://");
    if (authority == std::string_view::npos) return url.size();
    return std::min(url.find('/', authority + 3), url.size());
}

void check(const config::Section& http, std::string_view key, std::string_view url) {
    if (!url.starts_with("http://") && !url.starts_with("https://")) return http.problem(key, "must be an http or https URL");
    const std::string_view authority = url.substr(0, pathBegin(url));
    if (authority.find('@') != std::string_view::npos) http.problem(key, "must not hold a user name or password");
    if (url.find('?') != std::string_view::npos) http.problem(key, "must not have a query");
    if (url.find('#') != std::string_view::npos) http.problem(key, "must not have a fragment");
}

}  // namespace

PublicUrl PublicUrl::parse(const config::Section& root) {
    const config::Section http = root.section("http");
    PublicUrl url;
    url.base = "http://[::]:8080/";
    if (const auto base = http.optionalUrl("public_base")) {
        check(http, "public_base", *base);
        url.base = *base;
    } else if (http.present() && !http.has("public_base")) {
        http.problem("public_base", "is required: the URL under which the outside finds this server");
    }
    const auto issuer = http.optionalUrl("issuer");
    if (issuer) check(http, "issuer", *issuer);
    url.issuer = issuer.value_or(url.base);
    return url;
}

std::string PublicUrl::join(std::string_view path) const { return base.substr(0, base.rfind('/') + 1).append(path); }

std::string PublicUrl::prefix() const {
    std::string path = base.substr(pathBegin(base));
    if (path.ends_with('/')) path.pop_back();
    return path;
}

bool PublicUrl::secure() const { return base.starts_with("https://"); }

}  // namespace latchkey::http
