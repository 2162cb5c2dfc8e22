// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/pages/device_link.h"

#include "domain/clock.h"
#include "domain/oauth2/device_code_grant_repository.h"
#include "domain/rate_limiter.h"
#include "domain/store.h"

namespace latchkey::account {

namespace {

constexpr std::size_t kLongestCode = 32;

// As people type it: any case, with blanks or a hyphen in the middle.
std::string normalized(std::string_view given) {
    std::string code;
    for (const char c : given.substr(0, kLongestCode)) {
        if (c >= 'a' && c <= 'z') code += static_cast<char>(c - 32);
        else if (c != ' ' && c != '-') code += c;
    }
    return code;
}

}  // namespace

http::Response DeviceLinkPage::get(const http::Request& request) {
    if (!site_.settings.deviceCodeGrant) throw http::HttpError(404, "Not Found", "oauth.device_code_grant_enabled is off");
    const http::Parameters query = queryOf(request);
    Visit visit(site_, request);
    const auto code = query.get("code");
    return code && site_.settings.userCodeAutoFill ? lookUp(visit, *code) : show(visit, "", Outcome::untried);
}

http::Response DeviceLinkPage::post(const http::Request& request) {
    if (!site_.settings.deviceCodeGrant) throw http::HttpError(404, "Not Found", "oauth.device_code_grant_enabled is off");
    Visit visit(site_, request);
    const http::Parameters form = visit.form();
    return lookUp(visit, form.get("code").value_or(""));
}

http::Response DeviceLinkPage::lookUp(Visit& visit, std::string_view given) {
    const std::string code = normalized(given);
    if (limiter_.take(RateLimiter::Bucket::userCodePerIp, visit.request().clientIp.value_or("unknown"))) return show(visit, code, Outcome::rateLimited);
    const auto grant = code.empty() ? std::nullopt : site_.store.reading()->deviceCodeGrants().findByUserCode(code);
    const bool valid = grant && grant->state == DeviceCodeGrant::State::pending && grant->expiresAt > currentTime();
    return valid ? visit.redirect("/device/" + grant->id.text()) : show(visit, code, Outcome::invalid);
}

http::Response DeviceLinkPage::show(Visit& visit, const std::string& code, Outcome outcome) {
    return visit.withForm().page(200, "device-link", view(site_.settings, code, outcome));
}

View DeviceLinkPage::view(const Settings& settings, const std::string& code, Outcome outcome) {
    View view;
    view.set("action", settings.local("/link"))
        .set("code", code)
        .set("failed", outcome != Outcome::untried)
        .set("invalid", outcome == Outcome::invalid)
        .set("rate_limited", outcome == Outcome::rateLimited);
    return view;
}

std::vector<Sample> DeviceLinkPage::samples() {
    std::vector<Sample> samples;
    for (const Outcome outcome : {Outcome::untried, Outcome::invalid, Outcome::rateLimited}) {
        samples.push_back({"device-link", view({}, outcome == Outcome::untried ? "" : "AB12CD", outcome).set("csrf", "sample")});
    }
    return samples;
}

}  // namespace latchkey::account
