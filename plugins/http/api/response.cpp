// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/response.h"

#include <algorithm>
#include <stdexcept>

namespace latchkey::http {

namespace {

Response withBody(int status, std::string type, std::string body) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", std::move(type));
    response.body = std::move(body);
    return response;
}

}  // namespace

Response& Response::header(std::string name, std::string value) & {
    headers.add(std::move(name), std::move(value));
    return *this;
}

Response&& Response::header(std::string name, std::string value) && {
    headers.add(std::move(name), std::move(value));
    return std::move(*this);
}

Response&& Response::noStore() && {
    headers.set("Cache-Control", "no-store");
    headers.set("Pragma", "no-cache");
    return std::move(*this);
}

Response empty(int status) {
    Response response;
    response.status = status;
    return response;
}

Response text(int status, std::string body) { return withBody(status, "text/plain; charset=utf-8", std::move(body)); }
Response json(int status, std::string serialized) { return withBody(status, "application/json", std::move(serialized)); }
Response html(int status, std::string body) { return withBody(status, "text/html; charset=utf-8", std::move(body)); }

Response redirect(std::string location, int status) {
    const bool bad = std::any_of(location.begin(), location.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (bad) throw std::invalid_argument("a redirect's location holds a control character");
    return empty(status).header("Location", std::move(location));
}

}  // namespace latchkey::http
