// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"

namespace latchkey::site {

using config::Section;

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
