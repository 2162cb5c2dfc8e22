// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

using config::Section;

void checkAccount(const Section& root) {
    const Section section = root.section("account");
    for (const char* key : {"email_change_allowed", "displayname_change_allowed", "password_registration_email_required", "password_change_allowed", "account_deactivation_allowed"}) {
        section.boolean(key, true);
    }
    for (const char* key : {"password_registration_enabled", "password_registration_token_required", "password_recovery_enabled", "login_with_email_allowed"}) {
        section.boolean(key, false);
    }
    if (section.optionalBoolean("registration_token_required").value_or(false)) {
        section.warning("registration_token_required", "is deprecated: use password_registration_token_required, and registration_token_required of the upstream providers");
    }
}

void checkBranding(const Section& root) {
    const Section section = root.section("branding");
    section.optionalString("service_name");
    section.optionalUrl("policy_uri");
    section.optionalUrl("tos_uri");
    section.optionalString("imprint");
}

void checkCaptcha(const Section& root) {
    const Section section = root.section("captcha");
    const auto service = section.optionalOneOf("service", {"recaptcha_v2", "cloudflare_turnstile", "hcaptcha"});
    section.optionalString("site_key");
    section.optionalSecret("secret_key");
    for (const char* key : {"site_key", "secret_key"}) {
        if (service && !section.has(key)) section.problem(key, "is required with the service `" + *service + "`");
    }
}

void checkOAuth(const Section& root) {
    const Section section = root.section("oauth");
    section.boolean("device_code_grant_enabled", true);
    section.boolean("device_code_user_code_auto_fill_enabled", false);
}

}  // namespace latchkey::site
