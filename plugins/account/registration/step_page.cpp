// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/step_page.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "plugins/account/oauth/approval.h"

#include <algorithm>

namespace latchkey::account {

namespace {

class Form final : public StepForm {
public:
    explicit Form(const http::Parameters& parameters) : parameters_(parameters) {}
    std::optional<std::string_view> get(std::string_view name) const override { return parameters_.get(name); }

private:
    const http::Parameters& parameters_;
};

StepVisit visitOf(const Visit& visit, const UserRegistration& registration) {
    const PolicyRequester requester = requesterOf(visit.request());
    return {registration, requester.ipAddress, requester.userAgent, visit.language(), currentTime()};
}

View viewOf(const StepValues& values) {
    View view;
    for (const auto& [name, value] : values) std::visit([&, &key = name](const auto& held) { view.set(key, held); }, value);
    return view;
}

std::string templateOf(const std::string& step) { return "register-" + step; }

}  // namespace

RegistrationStep* RegistrationStepPage::find(std::string_view name) const {
    if (detour_.name() == name) return &detour_;
    const auto found = std::ranges::find_if(flow_.steps(), [&](const RegistrationStep* step) { return step->name() == name; });
    if (found == flow_.steps().end()) throw http::HttpError(404, "Not Found", "there is no such step");
    return *found;
}

bool RegistrationStepPage::isNext(RegistrationStep& step, const UserRegistration& registration) const {
    return &step == &detour_ || flow_.next(*site_.store.reading(), registration) == &step;
}

http::Response RegistrationStepPage::get(const http::Request& request) {
    Visit visit(site_, request);
    RegistrationStep& step = *find(request.parameter("step"));
    auto found = flow_.find(visit, request.parameter("id"));
    if (found.answer) return std::move(*found.answer);
    if (!isNext(step, *found.registration)) return flow_.toFinish(visit, found.registration->id);
    return show(visit, step, visitOf(visit, *found.registration), {});
}

http::Response RegistrationStepPage::post(const http::Request& request) {
    Visit visit(site_, request);
    const http::Parameters parameters = visit.form();
    RegistrationStep& step = *find(request.parameter("step"));
    auto found = flow_.find(visit, request.parameter("id"));
    if (found.answer) return std::move(*found.answer);
    if (!isNext(step, *found.registration)) return flow_.toFinish(visit, found.registration->id);
    const StepVisit at = visitOf(visit, *found.registration);
    const Form form(parameters);
    const StepVerdict verdict = step.check(at, form);
    if (verdict.kind == StepVerdict::Kind::again) return show(visit, step, at, verdict);
    if (verdict.kind == StepVerdict::Kind::taken) complete(visit, step, at, form);
    return flow_.toFinish(visit, found.registration->id);  // which knows what comes next, also if somebody was faster
}

bool RegistrationStepPage::complete(Visit& visit, RegistrationStep& step, const StepVisit& at, const StepForm& form) const {
    const auto work = site_.store.begin();
    if (!step.complete(*work, at, form)) return false;
    flow_.mailIfDue(*work, at.registration.id, &step == &detour_ ? RegistrationStep::kBeforeMail : step.position(), visit.language(), at.now);
    work->commit();
    return true;
}

http::Response RegistrationStepPage::show(Visit& visit, RegistrationStep& step, const StepVisit& at, const StepVerdict& verdict) const {
    const auto next = RegistrationFlow::nextOf(at.registration);
    flow_.leadOn(visit, next);
    const StepPage page = step.page(at);
    if (page.script) visit.withScript();
    const auto text = [&](const std::string& key) {
        if (key.empty()) return std::optional<std::string>();
        return std::optional(visit.text(key.find('.') == std::string::npos ? templateOf(step.name()) + "." + key : key));
    };
    View view = viewOf(page.values);
    view.set("action", site_.settings.local(RegistrationFlow::pathOf(at.registration.id, step.name())))
        .set("restart_url", flow_.beginning(next))
        .set("error", text(verdict.error))
        .set("notice", text(verdict.notice));
    return visit.withForm().page(200, templateOf(step.name()), std::move(view));
}

std::vector<Sample> RegistrationStepPage::samplesOf(const std::string& step, const std::vector<StepValues>& shapes) {
    std::vector<Sample> all;
    for (const StepValues& values : shapes) {
        for (const bool wrong : {false, true}) {
            View view = viewOf(values);
            view.set("action", "/register/steps/x").set("restart_url", "/register").set("csrf", "sample");
            view.set("error", wrong ? std::optional<std::string>("wrong") : std::nullopt).set("notice", wrong ? std::nullopt : std::optional<std::string>("sent"));
            all.push_back({templateOf(step), std::move(view)});
        }
    }
    return all;
}

}  // namespace latchkey::account
