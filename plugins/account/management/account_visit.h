// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/post_auth_action.h"
#include "plugins/account/record.h"
#include "plugins/account/visit.h"

namespace latchkey::account {

/// A request to a page below /account/: of somebody who is logged in, or is sent to log in first. The form of a POST is checked at once.
class AccountVisit {
public:
    AccountVisit(const Site& site, const http::Request& request);

    /// The answer for whoever is not logged in (any more); `next`: where they come back to.
    std::optional<http::Response> elsewhere(const PostAuthAction& next);
    /// The same; back to a place that /account/?action=… knows.
    std::optional<http::Response> elsewhere(const char* action) { return elsewhere(PostAuthAction{PostAuthAction::Kind::manageAccount, {}, action, {}}); }

    Visit& visit() { return visit_; }
    const Site& site() const { return visit_.site(); }
    /// Only once elsewhere() had nothing to say.
    const BrowserSession& session() { return *visit_.session(); }
    const User& user() { return session().user; }

    const http::Parameters& query() const { return query_; }
    const http::Parameters& form() const { return form_; }
    /// A field of the form without surrounding blanks; at most `longest` bytes, or the request fails.
    std::string field(std::string_view name, std::size_t longest = 255) const;

    /// With the navigation of the account, its entry for the page `name` marked as the current one.
    http::Response page(const std::string& name, View view, int status = 200);
    http::Response redirect(const std::string& path) { return visit_.redirect(path); }

private:
    Visit visit_;
    http::Parameters query_;
    http::Parameters form_;
};

/// Tells of what somebody did to the own account. After the commit.
template <typename Fill>
void record(AccountVisit& visit, EventKind kind, Fill&& fill) {
    record(visit.site(), visit.visit().request(), kind, [&](Event& event) {
        event.about(visit.user());
        fill(event);
    });
}
void recordSessionEnded(AccountVisit& visit, SessionKind kind, const Ulid& id);
/// Nothing if none did.
void recordSessionsEnded(AccountVisit& visit, std::int64_t count, const char* reason);

/// What every page of the account is given besides its own: for samples.
View accountView(const Settings& settings, const std::string& username, const std::string& page);
/// `done` and `done_<each>` of `words`: what a redirect to this page reports in its query.
View doneView(const http::Parameters& query, const std::vector<const char*>& words);
Sample accountSample(const std::string& page, View view);
/// Settings for samples.
Settings sampleSettings();

}  // namespace latchkey::account
