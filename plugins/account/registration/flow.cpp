// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/flow.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/user_jobs.h"
#include "plugins/account/pending_grant.h"

#include <algorithm>

namespace latchkey::account {

RegistrationFlow::RegistrationFlow(const Site& site, std::vector<RegistrationStep*> steps) : site_(site), steps_(std::move(steps)) {
    std::ranges::stable_sort(steps_, {}, [](const RegistrationStep* step) { return step->position(); });
}

RegistrationFlow::Found RegistrationFlow::find(Visit& visit, std::string_view id) const {
    const auto parsed = Ulid::parse(id);
    if (!parsed) throw http::HttpError(400, "Bad Request", "the path holds no id of a registration");
    auto registration = site_.store.reading()->registrations().find(*parsed);
    if (!registration) return {{}, over(visit, 404, std::nullopt)};
    const auto next = nextOf(*registration);
    if (registration->completedAt) return {{}, visit.redirect(destinationOf(next))};
    const Instant now = currentTime();
    if (now - registration->createdAt >= kRegistrationLifetime) return {{}, over(visit, 410, next)};
    if (!cookie(visit, now).holds(*parsed)) return {{}, over(visit, 404, std::nullopt)};
    return {std::move(registration), {}};
}

RegistrationStep* RegistrationFlow::next(UnitOfWork& work, const UserRegistration& registration) const {
    const auto waiting = std::ranges::find_if(steps_, [&](RegistrationStep* step) { return !step->done(work, registration); });
    return waiting == steps_.end() ? nullptr : *waiting;
}

void RegistrationFlow::mailIfDue(UnitOfWork& work, const Ulid& registrationId, int position, const std::string& language, Instant now) const {
    if (position >= RegistrationStep::kBeforeMail) return;
    const auto registration = work.registrations().find(registrationId);
    if (!registration || !registration->emailAuthenticationId) return;
    const RegistrationStep* waiting = next(work, *registration);
    if (waiting != nullptr && waiting->position() >= RegistrationStep::kBeforeMail) enqueueEmailCode(work, *registration->emailAuthenticationId, language, now);
}

std::optional<PostAuthAction> RegistrationFlow::nextOf(const UserRegistration& registration) {
    return registration.postAuthAction ? PostAuthAction::fromJson(*registration.postAuthAction) : std::nullopt;
}

std::string RegistrationFlow::beginning(const std::optional<PostAuthAction>& next) const {
    return site_.settings.local(next ? next->appendedTo("/register") : "/register");
}

void RegistrationFlow::leadOn(Visit& visit, const std::optional<PostAuthAction>& next) const {
    if (const auto pending = findPendingGrant(site_.store, next)) visit.leadingTo(pending->grant.redirectUri);
}

http::Response RegistrationFlow::over(Visit& visit, int status, const std::optional<PostAuthAction>& next) const {
    return visit.page(status, "register-over", View().set("expired", status == 410).set("restart_url", beginning(next)));
}

std::vector<Sample> RegistrationFlow::samples() {
    return {{"register-over", View().set("expired", true).set("restart_url", "/register")}, {"register-over", View().set("expired", false).set("restart_url", "/register")}};
}

}  // namespace latchkey::account
