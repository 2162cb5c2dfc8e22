// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/tokens_page.h"

#include "domain/clock.h"
#include "domain/oauth2/session_repository.h"
#include "domain/personal/session.h"
#include "domain/store.h"
#include "domain/token/token_format.h"
#include "kernel/log.h"
#include "plugins/account/management/readable_time.h"
#include "plugins/account/management/session_view.h"
#include "plugins/account/oauth/approval.h"

#include <algorithm>
#include <charconv>

namespace latchkey::account {

namespace {

constexpr const char* kAction = "latchkey.tokens";
constexpr std::size_t kLongestName = 100;
constexpr int kLifetimes[] = {1, 7, 30, 90, 365, 0};
constexpr std::string_view kScopes[] = {kScopeApiStable, kScopeAdmin, kScopeSynapseAdmin};
const log::Logger kLog("account");

std::optional<Duration> lifetimeOf(int days) { return days == 0 ? std::nullopt : std::optional(Duration::seconds(std::int64_t{days} * 86'400)); }

int daysOf(const std::string& text) {
    int days = -1;
    std::from_chars(text.data(), text.data() + text.size(), days);
    if (std::ranges::count(kLifetimes, days) == 0) throw http::HttpError(400, "Bad Request", "`days` is none of those to choose from");
    return days;
}

}  // namespace

http::Response TokensPage::get(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    return show(visit, {}, confirmation_.state(visit));
}

http::Response TokensPage::post(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere(kAction)) return std::move(*elsewhere);
    Form form = read(visit);
    const auto state = confirmation_.check(visit);
    if (form.failed() || !state.confirmed()) return show(visit, form, state);
    for (const PolicyViolation& each : violations(visit, Scope(form.scopes), form.days)) {
        form.refused.push_back(each.code == "lifetime" ? visit.visit().text("account-tokens.too_long") : each.message);
    }
    return form.failed() ? show(visit, form, state) : create(visit, form);
}

TokensPage::Form TokensPage::read(AccountVisit& visit) {
    Form form{.name = visit.field("name", 1000), .days = daysOf(visit.field("days"))};
    for (const auto& [name, value] : visit.form().items()) {
        if (name == "scope" && std::ranges::count(kScopes, value) != 0) form.scopes.push_back(value);
    }
    form.nameInvalid = form.name.empty() || form.name.size() > kLongestName;
    form.scopeMissing = form.scopes.empty();
    return form;
}

PolicyViolations TokensPage::violations(AccountVisit& visit, const Scope& scope, int days) const {
    const SessionCounts counts = site_.store.reading()->oauthSessions().countActiveOf(visit.user().id);
    return policy_.personalToken({.user = visit.user(), .sessions = counts, .scope = scope, .lifetime = lifetimeOf(days), .requester = requesterOf(visit.visit().request())});
}

// Those that the policy would give alone, for the shortest time.
std::vector<std::string> TokensPage::offered(AccountVisit& visit) const {
    std::vector<std::string> all;
    for (const std::string_view each : kScopes) {
        if (violations(visit, Scope({std::string(each)}), kLifetimes[0]).empty()) all.emplace_back(each);
    }
    return all;
}

http::Response TokensPage::create(AccountVisit& visit, const Form& form) const {
    const Instant now = currentTime();
    const auto lifetime = lifetimeOf(form.days);
    const auto expiresAt = lifetime ? std::optional(now + *lifetime) : std::nullopt;
    const std::string text = newToken(TokenKind::personalAccess);
    const PersonalSession session{newId(now), visit.user().id, {}, visit.user().id, form.name, Scope(form.scopes), now, {}};
    const auto work = site_.store.begin();
    work->personalSessions().add(session);
    work->personalSessions().addToken({newId(now), session.id, now, expiresAt, {}}, text);
    work->commit();
    record(visit, EventKind::personalTokenCreated, [&](Event& event) {
        event.session(SessionKind::personal, session.id);
        event.scope = session.scope.text();
    });
    kLog.info("account.token_made", "a person made a personal access token", {{"user", visit.user().id.text()}, {"session", session.id.text()}, {"scope", session.scope.text()}});
    return visit.page("account-token-made", View().set("token", text).set("name", form.name).set("expires", readableTime(expiresAt)));
}

http::Response TokensPage::show(AccountVisit& visit, const Form& form, const Confirmation::State& state) const {
    AccountSessionSearch search{.kind = SessionKind::personal, .before = Ulid::parse(visit.query().get("before").value_or("")), .most = kPerPage + 1};
    auto tokens = site_.store.reading()->accountSessions().page(visit.user().id, search);
    return visit.page("account-tokens", view(std::move(tokens), offered(visit), form, state, search.before.has_value()));
}

View TokensPage::view(std::vector<AccountSession> tokens, const std::vector<std::string>& offered, const Form& form, const Confirmation::State& state, bool further) {
    std::optional<std::string> older;
    if (tokens.size() > kPerPage) {
        tokens.resize(kPerPage);
        older = "/account/tokens?before=" + tokens.back().id.text();
    }
    std::vector<View> items, scopes, lifetimes, refused;
    for (const AccountSession& each : tokens) items.push_back(sessionView(each, {}).set("scope", each.scope.text()));
    for (const std::string& each : offered) {
        scopes.push_back(View().set("scope", each).set("chosen", std::ranges::count(form.scopes, each) != 0)
                             .set("is_api", each == kScopeApiStable).set("is_admin", each == kScopeAdmin).set("is_server_admin", each == kScopeSynapseAdmin));
    }
    for (const int days : kLifetimes) lifetimes.push_back(View().set("days", std::to_string(days)).set("forever", days == 0).set("one", days == 1).set("chosen", days == form.days));
    for (const std::string& each : form.refused) refused.push_back(View().set("message", each));
    return Confirmation::view(state, kAction)
        .set("none", items.empty()).set("tokens", std::move(items)).set("older", older)
        .set("newest", further ? std::optional<std::string>("/account/tokens") : std::nullopt)
        .set("allowed", !scopes.empty()).set("scopes", std::move(scopes)).set("lifetimes", std::move(lifetimes))
        .set("name", form.name).set("failed", form.failed()).set("name_invalid", form.nameInvalid)
        .set("scope_missing", form.scopeMissing).set("refused", std::move(refused));
}

std::vector<Sample> TokensPage::samples() {
    const std::vector<std::string> all(std::begin(kScopes), std::end(kScopes));
    const Form wrong{.name = "X", .scopes = {all[0]}, .nameInvalid = true, .scopeMissing = true, .refused = {"no"}};
    AccountSession token;
    token.kind = SessionKind::personal;
    token.humanName = "Robot";
    std::vector<Sample> samples{accountSample("account-tokens", view({}, {}, {}, {}, false)), accountSample("account-tokens", view({token, sampleSessions().back()}, all, wrong, {}, true)),
                                accountSample("account-tokens", view(std::vector<AccountSession>(kPerPage + 1, token), all, {}, {}, false)),
                                accountSample("account-token-made", View().set("token", "mpt_x").set("name", "Robot").set("expires", "2027-01-01")),
                                accountSample("account-token-made", View().set("token", "mpt_x").set("name", "Robot").set("expires", false))};
    for (const auto& state : Confirmation::samples()) samples.push_back(accountSample("account-tokens", view({token}, all, {}, state, false)));
    return samples;
}

}  // namespace latchkey::account
