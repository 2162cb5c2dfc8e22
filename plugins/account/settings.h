// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mail/mail_templates.h"
#include "kernel/config/secret.h"
#include "plugins/account/template/theme.h"
#include "plugins/http/api/public_url.h"

#include <optional>
#include <string>

namespace latchkey::config {
class Section;
}

namespace latchkey::account {

/// What somebody who registers has to do.
struct RegistrationSettings {
    bool enabled = false;         ///< account.password_registration_enabled, and passwords are
    bool emailRequired = true;
    bool tokenRequired = false;
};

/// The section `captcha`.
struct CaptchaSettings {
    std::optional<std::string> service;  ///< recaptcha_v2, cloudflare_turnstile, hcaptcha; nothing: no captcha
    std::string siteKey;
    config::Secret secretKey;
};

/// What people may change of their own account.
struct AccountSettings {
    bool emailChange = true;         ///< account.email_change_allowed
    bool displayNameChange = true;   ///< account.displayname_change_allowed
    bool passwordChange = true;      ///< account.password_change_allowed
    bool deactivation = true;        ///< account.account_deactivation_allowed
};

/// What the pages take from the configuration: `templates`, `branding`, `account`, and single keys of other sections.
struct Settings {
    http::PublicUrl url;
    std::string serverName;                  ///< matrix.homeserver: the part of a Matrix id after the colon
    std::optional<std::string> serviceName;  ///< branding.service_name
    std::optional<std::string> policyUri;
    std::optional<std::string> tosUri;
    std::optional<std::string> imprint;
    ThemeSettings theme;
    bool loginWithEmail = false;
    bool passwordRecovery = false;           ///< account.password_recovery_enabled, and passwords are
    AccountSettings account;
    bool deviceCodeGrant = true;
    bool userCodeAutoFill = false;
    RegistrationSettings registration;
    CaptchaSettings captcha;
    bool plainCodeChallenge = false;         ///< oauth.allow_plain_pkce

    static Settings parse(const config::Section& root);
    /// The path of the public base with a final slash where it has one: the cookies' path.
    std::string cookiePath() const;
    /// A place on this server, for links, forms and redirects: `path` begins with a slash.
    std::string local(std::string_view path) const { return url.prefix().append(path); }
    /// What mails have in common; they are sent by the plugin `mails`.
    mails::MailTemplateSettings mails() const;
    /// What every page has: names and links of the footer.
    View common() const;
};

}  // namespace latchkey::account
