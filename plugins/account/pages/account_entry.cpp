// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/account_entry.h"

#include "plugins/account/pages/cross_signing_reset.h"

namespace latchkey::account {

// What is unknown leads to the start page: clients may send newer actions.
http::Response AccountEntry::get(const http::Request& request) {
    const auto query = request.query();
    if (!query) throw http::HttpError(400, "Bad Request", "the query cannot be decoded");
    Visit visit(site_, request);
    if (auto fallback = visit.fallback()) return std::move(*fallback);
    const bool reset = query->get("action") == CrossSigningResetPage::kAction;
    return visit.redirect(reset ? CrossSigningResetPage::kPath : "/");
}

}  // namespace latchkey::account
