// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/captcha.h"

#include "domain/oauth2/authorization_request.h"
#include "domain/outgoing_http.h"
#include "kernel/log.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <span>

namespace latchkey::account {

struct CaptchaProvider {
    std::string_view service;  ///< captcha.service
    std::string_view answer;   ///< the form's field
    const char* widget;        ///< the class that the script looks for
    const char* script;
    const char* verification;
    std::span<const std::pair<const char*, const char*>> sources;  ///< what its page may load
};

namespace {

constexpr std::int64_t kPatienceMs = 5'000;
constexpr std::size_t kLongestAnswer = 8 * 1024;
const log::Logger kLog("account");

constexpr std::pair<const char*, const char*> kRecaptchaSources[] = {{"script-src", "https://www.recaptcha.net/recaptcha/"}, {"script-src", "https://www.gstatic.com/recaptcha/"},
                                                                     {"frame-src", "https://www.recaptcha.net/recaptcha/"}};
constexpr std::pair<const char*, const char*> kTurnstileSources[] = {{"script-src", "https://challenges.cloudflare.com"}, {"frame-src", "https://challenges.cloudflare.com"}};
constexpr std::pair<const char*, const char*> kHcaptchaSources[] = {{"script-src", "https://hcaptcha.com"}, {"script-src", "https://*.hcaptcha.com"},
                                                                    {"frame-src", "https://hcaptcha.com"}, {"frame-src", "https://*.hcaptcha.com"},
                                                                    {"style-src", "https://hcaptcha.com"}, {"style-src", "https://*.hcaptcha.com"},
                                                                    {"connect-src", "https://hcaptcha.com"}, {"connect-src", "https://*.hcaptcha.com"}};

const CaptchaProvider kProviders[] = {
    {"recaptcha_v2", "g-recaptcha-response", "g-recaptcha", "https://www.recaptcha.net/recaptcha/api.js", "https://www.recaptcha.net/recaptcha/api/siteverify", kRecaptchaSources},
    {"cloudflare_turnstile", "cf-turnstile-response", "cf-turnstile", "https://challenges.cloudflare.com/turnstile/v0/api.js",
     "https://challenges.cloudflare.com/turnstile/v0/siteverify", kTurnstileSources},
    // Its script also fills in the field of reCAPTCHA unless it is told not to.
    {"hcaptcha", "h-captcha-response", "h-captcha", "https://js.hcaptcha.com/1/api.js?recaptchacompat=off", "https://api.hcaptcha.com/siteverify", kHcaptchaSources},
};

const CaptchaProvider* providerOf(const std::optional<std::string>& service) {
    const auto found = std::ranges::find(kProviders, service.value_or(""), &CaptchaProvider::service);
    return found == std::end(kProviders) ? nullptr : found;
}

std::string hostOf(const std::string& url) {
    const std::size_t begin = url.find("://") + 3;
    const std::size_t end = url[begin] == '[' ? url.find(']', begin) + 1 : url.find_first_of(":/", begin);
    return url.substr(begin, end - begin);
}

// It says yes, for this site, and when.
bool passes(const std::string& answer, const std::string& host) {
    Poco::JSON::Parser parser;
    parser.setDepth(8);
    const auto object = parser.parse(answer).extract<Poco::JSON::Object::Ptr>();
    return object->optValue("success", false) && object->optValue<std::string>("hostname", "") == host && object->has("challenge_ts");
}

}  // namespace

Captcha::Captcha(const Settings& settings, OutgoingHttp* http) : settings_(settings), provider_(providerOf(settings.captcha.service)), http_(http) {
    if (provider_ != nullptr && http_ == nullptr) throw PluginError("captcha.service: the plugin outgoing-http, which asks the provider, is not loaded");
}

bool Captcha::answered(const http::Parameters& form) const {
    return std::ranges::all_of(kProviders, [&](const CaptchaProvider& each) {
        const bool ours = &each == provider_;
        return form.count(each.answer) == (ours ? 1u : 0u) && (!ours || !form.get(each.answer)->empty());
    });
}

Captcha::Verdict Captcha::verify(const http::Parameters& form, const std::optional<std::string>& ip) const {
    const std::string answer(form.get(provider_->answer).value_or(""));
    if (answer.size() > kLongestAnswer) return Verdict::failed;
    std::vector<std::pair<std::string, std::string>> question{{"secret", settings_.captcha.secretKey.reveal()}, {"response", answer}};
    if (ip) question.emplace_back("remoteip", *ip);
    try {
        const OutgoingResponse response = http_->send({.method = "POST", .url = provider_->verification, .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                                       .body = formEncode(question), .timeoutMs = kPatienceMs, .untrusted = false});
        if (response.status != 200) throw OutgoingHttpError("it answered with status " + std::to_string(response.status));
        return passes(response.body, hostOf(settings_.url.base)) ? Verdict::passed : Verdict::failed;
    } catch (const OutgoingHttpError& error) {
        kLog.warn("account.captcha_unreachable", "the provider of the captcha did not say whether it was solved", {{"url", provider_->verification}, {"error", error.what()}});
    } catch (const Poco::Exception& error) {
        kLog.warn("account.captcha_unreachable", "the answer of the captcha's provider makes no sense", {{"url", provider_->verification}, {"error", error.displayText()}});
    }
    return Verdict::unreachable;
}

void Captcha::admit(Visit& visit) const {
    if (provider_ == nullptr) return;
    for (const auto& [directive, source] : provider_->sources) visit.loadingFrom(directive, source);
}

View Captcha::view(const Settings& settings) {
    const CaptchaProvider* provider = providerOf(settings.captcha.service);
    View view;
    view.set("captcha", provider != nullptr);
    if (provider == nullptr) return view;
    return view.set("captcha_widget", provider->widget).set("captcha_script", provider->script).set("captcha_site_key", settings.captcha.siteKey);
}

}  // namespace latchkey::account
