// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/management/profile_page.h"

#include "kernel/log.h"

namespace latchkey::account {

namespace {

constexpr std::size_t kLongestName = 256;  // as homeservers have it
constexpr std::int64_t kPatienceMs = 5'000;
const log::Logger kLog("account");

}  // namespace

// Nothing here holds a connection to the database while the homeserver is asked.
http::Response ProfilePage::walk(const http::Request& request) {
    AccountVisit visit(site_, request);
    if (auto elsewhere = visit.elsewhere("org.matrix.profile")) return std::move(*elsewhere);
    if (request.method != "POST") return show(visit, read(visit.user()));
    if (site_.homeserver == nullptr || !site_.settings.account.displayNameChange) throw http::HttpError(403, "Forbidden", "display names cannot be changed here");
    const Form form = write(visit.user(), visit.field("display_name", 2000));
    if (form.invalid || form.unreachable) return show(visit, form);
    return visit.redirect("/account/profile?done=saved");
}

ProfilePage::Form ProfilePage::read(const User& user) const {
    if (site_.homeserver == nullptr) return {};
    try {
        const auto found = site_.homeserver->findUser(user.username, {.timeoutMs = kPatienceMs});
        return {.name = found ? found->displayName.value_or("") : ""};
    } catch (const HomeserverError&) {
        return {.unreachable = true};
    }
}

ProfilePage::Form ProfilePage::write(const User& user, const std::string& name) const {
    if (name.size() > kLongestName) return {.name = name, .invalid = true};
    try {
        site_.homeserver->setDisplayName(user.username, name.empty() ? std::nullopt : std::optional(name), {.timeoutMs = kPatienceMs});
        return {.name = name};
    } catch (const HomeserverError& error) {
        kLog.warn("account.name_not_saved", "the homeserver did not take a display name", {{"user", user.id.text()}, {"error", error.what()}});
        return {.name = name, .unreachable = true};
    }
}

http::Response ProfilePage::show(AccountVisit& visit, const Form& form) const {
    const bool allowed = site_.homeserver != nullptr && site_.homeserver->capabilities().writes && site_.settings.account.displayNameChange;
    return visit.page("account-profile", view(allowed, form).add(doneView(visit.query(), {"saved"})), form.unreachable ? 503 : 200);
}

View ProfilePage::view(bool allowed, const Form& form) {
    return View().set("allowed", allowed).set("name", form.name).set("invalid", form.invalid).set("unreachable", form.unreachable).set("failed", form.invalid || form.unreachable);
}

std::vector<Sample> ProfilePage::samples() {
    const auto sample = [](bool allowed, const Form& form, const char* done) {
        return accountSample("account-profile", view(allowed, form).add(doneView(http::Parameters::parse(std::string("done=") + done).value(), {"saved"})));
    };
    return {sample(true, {.name = "Alice"}, "saved"), sample(true, {.name = "X", .invalid = true, .unreachable = true}, ""), sample(false, {.name = "Alice"}, ""), sample(false, {}, "")};
}

}  // namespace latchkey::account
