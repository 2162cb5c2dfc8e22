// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/routes.h"

namespace latchkey::http {

void Routes::get(std::string pattern, Handler handler, RouteOptions options) {
    routes_.push_back({"GET", std::move(pattern), std::move(handler), options});
}

void Routes::post(std::string pattern, Handler handler, RouteOptions options) {
    routes_.push_back({"POST", std::move(pattern), std::move(handler), options});
}

void Routes::put(std::string pattern, Handler handler, RouteOptions options) {
    routes_.push_back({"PUT", std::move(pattern), std::move(handler), options});
}

void Routes::del(std::string pattern, Handler handler, RouteOptions options) {
    routes_.push_back({"DELETE", std::move(pattern), std::move(handler), options});
}

void Routes::any(std::string pattern, Handler handler, RouteOptions options) {
    options.anyMethod = true;
    routes_.push_back({"", std::move(pattern), std::move(handler), options});
}

}  // namespace latchkey::http
