// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/form_page.h"

#include "domain/clock.h"
#include "domain/mailer.h"
#include "domain/store.h"
#include "domain/user/email_authentication.h"
#include "plugins/account/live_check.h"
#include "plugins/account/oauth/approval.h"
#include "plugins/account/text.h"
#include "plugins/account/violation_text.h"

namespace latchkey::account {

namespace {

using State = NameCheck::State;

std::string field(const http::Parameters& form, std::string_view name) { return std::string(form.get(name).value_or("")); }

}  // namespace

http::Response RegistrationFormPage::entry(const http::Request& request) {
    const auto next = PostAuthAction::parse(queryOf(request));
    Visit visit(site_, request);
    if (visit.session() != nullptr) return visit.redirect(destinationOf(next));
    if (!site_.settings.registration.enabled) return disabled(visit, 200);
    return visit.redirect("/register/password" + (request.queryString.empty() ? "" : "?" + request.queryString));
}

http::Response RegistrationFormPage::get(const http::Request& request) {
    const http::Parameters query = queryOf(request);
    const auto next = PostAuthAction::parse(query);
    Visit visit(site_, request);
    if (visit.session() != nullptr) return visit.redirect(destinationOf(next));
    if (!site_.settings.registration.enabled) return disabled(visit, 200);
    return show(visit, next, {.username = field(query, "username").substr(0, kLongestInput), .email = {}, .password = {}, .confirmation = {}}, {});
}

http::Response RegistrationFormPage::post(const http::Request& request) {
    const auto next = PostAuthAction::parse(queryOf(request));
    Visit visit(site_, request);
    if (!site_.settings.registration.enabled) return disabled(visit, 405).header("Allow", "GET, HEAD");
    const http::Parameters form = visit.form();
    if (visit.session() != nullptr) return visit.redirect(destinationOf(next));
    const Input input = read(form);
    Errors errors = judge(visit, input, form);
    if (!errors.any() && limited(visit, input)) errors.form.push_back(visit.text("register-errors.rate-limited"));
    return errors.any() ? show(visit, next, input, errors) : begin(visit, input, next);
}

RegistrationFormPage::Input RegistrationFormPage::read(const http::Parameters& form) const {
    Input input{.username = trimmed(field(form, "username")), .email = {}, .password = field(form, "password"), .confirmation = field(form, "password_confirm"),
                .terms = form.get("accept_terms").has_value()};
    if (site_.settings.registration.emailRequired) input.email = trimmed(field(form, "email"));
    return input;
}

RegistrationFormPage::Errors RegistrationFormPage::judge(Visit& visit, const Input& input, const http::Parameters& form) const {
    Errors errors;
    // Also a form that is refused asks the homeserver, and tells who asks which names are taken.
    if (checksTooOften(limiter_, visit.request().clientIp)) {
        errors.form.push_back(visit.text("register-errors.rate-limited"));
        return errors;
    }
    judgeName(visit, input, errors);
    judgePassword(visit, input, errors);
    if (site_.settings.registration.emailRequired) {
        if (input.email.empty()) errors.email = visit.text("register-errors.email-missing");
        else if (!isMailAddress(input.email)) errors.email = visit.text("register-errors.email-invalid");
    }
    if (site_.settings.tosUri && !input.terms) errors.terms = visit.text("register-errors.terms");
    judgeCaptcha(visit, form, errors);
    return errors;
}

void RegistrationFormPage::judgeName(Visit& visit, const Input& input, Errors& errors) const {
    const auto result = names_.check(input.username, input.email.empty() ? std::nullopt : std::optional(input.email), requesterOf(visit.request()));
    if (result.state == State::missing) errors.username = visit.text("register-errors.username-missing");
    if (result.state == State::taken) errors.username = visit.text("register-errors.username-taken");
    if (result.state == State::denied) errors.username = visit.text("register-errors.username-too-long");
    if (result.state == State::unchecked) {
        errors.form.push_back(visit.text("register-errors.unchecked"));
        errors.status = 503;
    }
    for (const PolicyViolation& each : result.violations) {
        const std::string text = textOf(visit, each);
        if (each.field == "username") errors.username = text;
        else if (each.field == "email") errors.email = text;
        else if (each.field == "password") errors.password = text;
        else errors.form.push_back(text);
    }
}

void RegistrationFormPage::judgePassword(Visit& visit, const Input& input, Errors& errors) const {
    if (input.password.empty()) errors.password = visit.text("register-errors.password-missing");
    else if (!hasher_.complexEnough(input.password)) {
        errors.password = visit.text("register-errors.password-weak");
        errors.strength = std::to_string(hasher_.strength(input.password));
    }
    if (input.confirmation.empty()) errors.confirmation = visit.text("register-errors.password-again");
    else if (input.confirmation != input.password) errors.confirmation = visit.text("register-errors.password-mismatch");
}

// Last, because an answer is good for one look only.
void RegistrationFormPage::judgeCaptcha(Visit& visit, const http::Parameters& form, Errors& errors) const {
    if (!captcha_.answered(form)) {
        errors.form.push_back(visit.text("register-errors.captcha"));
    } else if (captcha_.wanted() && !errors.any()) {
        const Captcha::Verdict verdict = captcha_.verify(form, visit.request().clientIp);
        if (verdict == Captcha::Verdict::failed) errors.form.push_back(visit.text("register-errors.captcha"));
        if (verdict == Captcha::Verdict::unreachable) {
            errors.form.push_back(visit.text("register-errors.captcha-unchecked"));
            errors.status = 503;
        }
    }
}

bool RegistrationFormPage::limited(const Visit& visit, const Input& input) const {
    using Bucket = RateLimiter::Bucket;
    const std::string address = visit.request().clientIp.value_or("unknown");
    if (limiter_.take(Bucket::registration, address)) return true;
    return !input.email.empty() && (limiter_.take(Bucket::emailPerIp, address) || limiter_.take(Bucket::emailPerAddress, lowered(input.email)));
}

http::Response RegistrationFormPage::begin(Visit& visit, const Input& input, const std::optional<PostAuthAction>& next) const {
    const PasswordHasher::Hash hash = hasher_.hash(input.password);
    const Instant now = currentTime();
    const PolicyRequester requester = requesterOf(visit.request());
    UserRegistration registration{.id = newId(now), .ipAddress = requester.ipAddress, .userAgent = requester.userAgent, .postAuthAction = {}, .username = input.username,
                                  .displayName = {}, .termsUrl = site_.settings.tosUri, .emailAuthenticationId = {}, .hashedPassword = hash.text,
                                  .hashedPasswordVersion = hash.version, .registrationTokenId = {}, .upstreamSessionId = {}, .createdAt = now, .completedAt = {}};
    if (next) registration.postAuthAction = next->toJson();
    const auto work = site_.store.begin();
    work->registrations().add(registration);
    if (!input.email.empty()) {
        const Ulid authentication = newId(now);
        work->emailAuthentications().add({authentication, std::nullopt, registration.id, input.email, now, std::nullopt});
        work->registrations().setEmailAuthentication(registration.id, authentication);
        flow_.mailIfDue(*work, registration.id, 0, visit.language(), now);
    }
    work->commit();
    RegistrationCookie cookie = flow_.cookie(visit, now);
    cookie.add(registration.id);
    return flow_.toFinish(visit, registration.id).header("Set-Cookie", cookie.field());
}

http::Response RegistrationFormPage::show(Visit& visit, const std::optional<PostAuthAction>& next, const Input& input, const Errors& errors) const {
    flow_.leadOn(visit, next);
    visit.withLiveCheck();
    captcha_.admit(visit);
    const auto to = [&](const char* path) { return site_.settings.local(next ? next->appendedTo(path) : path); };
    return visit.page(errors.status, "register-password", view(site_.settings, input, errors, to("/register/password"), to("/login")));
}

http::Response RegistrationFormPage::disabled(Visit& visit, int status) const { return visit.page(status, "register-disabled", View()); }

View RegistrationFormPage::view(const Settings& settings, const Input& input, const Errors& errors, const std::string& action, const std::string& loginUrl) {
    std::vector<View> form;
    for (const std::string& each : errors.form) form.push_back(View().set("message", each));
    return View()
        .set("action", action)
        .set("login_url", loginUrl)
        .set("username", input.username)
        .set("email", input.email)
        .set("email_required", settings.registration.emailRequired)
        .set("accept_terms", settings.tosUri)
        .set("terms_accepted", input.terms)
        .set("username_error", errors.username)
        .set("email_error", errors.email)
        .set("password_error", errors.password)
        .set("strength", errors.strength)
        .set("confirmation_error", errors.confirmation)
        .set("terms_error", errors.terms)
        .set("form_errors", form)
        .set("failed", errors.any())
        .add(Captcha::view(settings));
}

std::vector<Sample> RegistrationFormPage::samples() {
    Settings plain, full;
    plain.registration.emailRequired = false;
    full.tosUri = "https://example.com/terms";
    full.captcha = {.service = "hcaptcha", .siteKey = "key", .secretKey = {}};
    const Input alice{.username = "alice", .email = "alice@example.com", .password = {}, .confirmation = {}};
    const Errors all{.username = "taken", .email = "invalid", .password = "weak", .confirmation = "different", .terms = "required", .strength = "1", .form = {"too often"}};
    const auto sample = [](const Settings& settings, const Input& input, const Errors& errors) {
        return Sample{"register-password", view(settings, input, errors, "/register/password", "/login").set("csrf", "sample")};
    };
    return {sample(plain, {}, {}), sample(full, {}, {}), sample(full, alice, all), {"register-disabled", View()}};
}

}  // namespace latchkey::account
