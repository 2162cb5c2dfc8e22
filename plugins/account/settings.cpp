// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/settings.h"

#include "kernel/config/section.h"

namespace latchkey::account {

namespace {

using config::Section;

void parseBranding(const Section& section, Settings& settings) {
    settings.serviceName = section.optionalString("service_name");
    settings.policyUri = section.optionalUrl("policy_uri");
    settings.tosUri = section.optionalUrl("tos_uri");
    settings.imprint = section.optionalString("imprint");
}

// All keys of the section, so that each is checked; most are for pages and jobs of other plugins.
void parseAccount(const Section& section, Settings& settings) {
    settings.account.emailChange = section.boolean("email_change_allowed", true);
    settings.account.displayNameChange = section.boolean("displayname_change_allowed", true);
    settings.account.passwordChange = section.boolean("password_change_allowed", true);
    settings.account.deactivation = section.boolean("account_deactivation_allowed", true);
    settings.passwordRecovery = section.boolean("password_recovery_enabled", false);
    settings.registration.enabled = section.boolean("password_registration_enabled", false);
    settings.registration.emailRequired = section.boolean("password_registration_email_required", true);
    settings.registration.tokenRequired = section.boolean("password_registration_token_required", false);
    settings.loginWithEmail = section.boolean("login_with_email_allowed", false);
    if (section.optionalBoolean("registration_token_required").value_or(false)) {
        settings.registration.tokenRequired = true;
        section.warning("registration_token_required",
                        "is deprecated: use password_registration_token_required, and registration_token_required of the upstream providers");
    }
}

void parseCaptcha(const Section& section, CaptchaSettings& captcha) {
    captcha.service = section.optionalOneOf("service", {"recaptcha_v2", "cloudflare_turnstile", "hcaptcha"});
    captcha.siteKey = section.optionalString("site_key").value_or("");
    captcha.secretKey = section.optionalSecret("secret_key").value_or(config::Secret());
    for (const char* key : {"site_key", "secret_key"}) {
        if (captcha.service && !section.has(key)) section.problem(key, "is required with the service `" + *captcha.service + "`");
    }
}

void parseTemplates(const Section& section, ThemeSettings& theme) {
    theme.templates = section.optionalString("path");
    section.optionalString("assets_manifest");
    theme.translations = section.optionalString("translations_path");
}

}  // namespace

Settings Settings::parse(const Section& root) {
    Settings settings;
    settings.url = http::PublicUrl::parse(root);
    settings.serverName = root.section("matrix").string("homeserver", "localhost:8008");
    parseBranding(root.section("branding"), settings);
    parseAccount(root.section("account"), settings);
    if (!root.section("passwords").boolean("enabled", true)) settings.registration.enabled = settings.passwordRecovery = false;
    parseCaptcha(root.section("captcha"), settings.captcha);
    parseTemplates(root.section("templates"), settings.theme);
    settings.theme.assetPrefix = settings.local("/assets/");
    const Section oauth = root.section("oauth");
    settings.deviceCodeGrant = oauth.boolean("device_code_grant_enabled", true);
    settings.userCodeAutoFill = oauth.boolean("device_code_user_code_auto_fill_enabled", false);
    settings.plainCodeChallenge = oauth.boolean("allow_plain_pkce", false);
    return settings;
}

std::string Settings::cookiePath() const { return url.base.ends_with('/') ? url.prefix() + "/" : url.prefix(); }

mails::MailTemplateSettings Settings::mails() const {
    return {theme.templates, theme.translations, serviceName.value_or(serverName), serverName, url.base};
}

View Settings::common() const {
    View view;
    view.set("service_name", serviceName.value_or(serverName))
        .set("server_name", serverName)
        .set("prefix", url.prefix())
        .set("policy_uri", policyUri)
        .set("tos_uri", tosUri)
        .set("imprint", imprint)
        .set("page_title", std::nullopt)  // other than the template's
        .set("footer", policyUri || tosUri || imprint);
    return view;
}

}  // namespace latchkey::account
