// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/discovery.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

namespace latchkey::oauth2 {

namespace {

constexpr char kIssuerRelation[] = "http://openid.net/specs/connect/1.0/issuer";

}  // namespace

http::Response Discovery::configuration() const {
    const auto keys = keys_.keys();
    http::Response response = http::json(200, {});
    const std::lock_guard lock(mutex_);
    if (madeFor_ != keys) {
        std::vector<std::string> names = {"HS256", "HS384", "HS512"};  // with the client's secret
        for (const jose::Algorithm each : keys->algorithms()) names.emplace_back(jose::algorithmName(each));
        document_ = std::make_shared<const std::string>(metadataJson(settings_, names));
        madeFor_ = keys;
    }
    response.sharedBody = document_;
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
        link.set("href", settings_.url.issuer);
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
