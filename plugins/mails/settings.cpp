// SPDX-License-Identifier: Apache-2.0
#include "plugins/mails/settings.h"

#include "kernel/config/section.h"

namespace latchkey::mails {

Settings Settings::parse(const config::Section& root) {
    Settings settings;
    settings.url = http::PublicUrl::parse(root);
    MailTemplateSettings& templates = settings.templates;
    templates.serverName = root.section("matrix").string("homeserver", "localhost:8008");
    templates.serviceName = root.section("branding").optionalString("service_name").value_or(templates.serverName);
    templates.baseUrl = settings.url.base;
    const config::Section section = root.section("templates");
    templates.templates = section.optionalString("path");
    templates.translations = section.optionalString("translations_path");
    return settings;
}

std::string Settings::mxid(std::string_view username) const { return "@" + std::string(username) + ":" + templates.serverName; }

std::string Settings::recoveryLink(std::string_view ticket) const {
    return url.join("account/password/recovery?ticket=" + std::string(ticket));
}

}  // namespace latchkey::mails
