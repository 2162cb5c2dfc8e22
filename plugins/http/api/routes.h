// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"
#include "plugins/http/api/request.h"
#include "plugins/http/api/response.h"

#include <functional>
#include <string>
#include <vector>

namespace latchkey::http {

using Handler = std::function<Response(const Request&)>;

/// Cross-origin access of a route (Fetch standard): any origin, no credentials; OPTIONS is answered by the front.
struct Cors {
    std::string allowHeaders;   ///< the value of Access-Control-Allow-Headers
    int maxAgeSeconds = 3600;
};

struct RouteOptions {
    std::size_t bodyLimit = 2u << 20;    ///< bytes; more is answered with 413 before the body is read
    const Cors* cors = nullptr;          ///< must outlive the surface
    bool anyMethod = false;
};

/// A method and pattern with its handler. `{name}` stands for one non-empty segment, `{*name}` at the end for the rest.
struct Route {
    std::string method;
    std::string pattern;
    Handler handler;
    RouteOptions options;
};

/// What a surface mounts. HEAD is answered from GET, OPTIONS and 405 by the front.
class LATCHKEY_API Routes {
public:
    void get(std::string pattern, Handler handler, RouteOptions options = {});
    void post(std::string pattern, Handler handler, RouteOptions options = {});
    void put(std::string pattern, Handler handler, RouteOptions options = {});
    void del(std::string pattern, Handler handler, RouteOptions options = {});
    void any(std::string pattern, Handler handler, RouteOptions options = {});
    const std::vector<Route>& list() const { return routes_; }

private:
    std::vector<Route> routes_;
};

}  // namespace latchkey::http
