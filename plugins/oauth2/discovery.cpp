// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/discovery.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

namespace latchkey::oauth2 {

namespace {

constexpr char kIssuerRelation[] = "http://openid.net/specs/connect/1.0/issuer";

}  // namespace

Discovery::Discovery(std::string metadata, std::string issuer)
    : metadata_(std::make_shared<const std::string>(std::move(metadata))), issuer_(std::move(issuer)) {}

http::Response Discovery::configuration() const {
    http::Response response = http::json(200, {});
    response.sharedBody = metadata_;
    return response;
}

http::Response Discovery::webfinger(const http::Request& request) const {
    const auto query = request.query();
    const auto resource = query ? query->get("resource") : std::nullopt;
    if (!resource || query->count("resource") > 1 || query->count("rel") > 1) return http::text(400, "exactly one parameter `resource`, and at most one `rel`, is needed\n");
    Poco::JSON::Array links;
    if (query->get("rel") == kIssuerRelation) {
        Poco::JSON::Object link(Poco::JSON_PRESERVE_KEY_ORDER);
        link.set("rel", std::string(kIssuerRelation));
        link.set("href", issuer_);
        links.add(link);
    }
    Poco::JSON::Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    document.set("subject", std::string(*resource));
    document.set("links", links);
    std::ostringstream out;
    document.stringify(out);
    http::Response response = http::json(200, out.str());
    response.headers.set("Content-Type", "application/jrd+json");
    return response;
}

}  // namespace latchkey::oauth2
