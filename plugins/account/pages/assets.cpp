// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/assets.h"

namespace latchkey::account {

void Assets::mount(http::Routes& routes) {
    routes.get("/assets/{name}", [this](const http::Request& request) { return get(request); });
}

http::Response Assets::get(const http::Request& request) const {
    const auto theme = theme_.get();
    const Asset* asset = theme->asset(request.parameter("name"));
    if (asset == nullptr) return http::empty(404).header("Cache-Control", "public, max-age=300");
    http::Response response;
    response.header("Cache-Control", "public, max-age=31536000, immutable").header("ETag", asset->etag);
    if (request.headers.get("If-None-Match").value_or("").find(asset->etag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    response.header("Content-Type", asset->type);
    response.sharedBody = asset->content;
    return response;
}

}  // namespace latchkey::account
