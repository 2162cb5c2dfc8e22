// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/not_found_page.h"

#include "plugins/http/api/escape.h"

namespace latchkey::http {

bool wantsHtml(const Request& request) {
    const auto accepts = request.headers.all("Accept");
    for (const std::string_view accept : accepts) {
        for (const std::string_view kind : {"text/html", "text/*", "*/*", "application/xhtml"}) {
            if (accept.find(kind) != std::string_view::npos) return true;
        }
    }
    return accepts.empty();
}

Response notFoundPage(const Request& request) {
    if (!wantsHtml(request)) return text(404, "Not Found\n");
    std::string_view path = request.target;
    path = path.substr(0, path.find('?')).substr(0, 200);
    return html(404, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Page not found</title>\n"
                     "</head>\n<body>\n<h1>Page not found</h1>\n<p>There is nothing at <code>" +
                         escapeHtml(path) + "</code> on this server.</p>\n</body>\n</html>\n")
        .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        .header("X-Frame-Options", "DENY");
}

}  // namespace latchkey::http
