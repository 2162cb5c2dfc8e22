// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mail/mail_templates.h"
#include "plugins/http/api/public_url.h"

#include <string>
#include <string_view>

namespace latchkey::config {
class Section;
}

namespace latchkey::mails {

/// What mails take from the configuration. The sections are checked by the plugin `account`.
struct Settings {
    http::PublicUrl url;
    MailTemplateSettings templates;

    static Settings parse(const config::Section& root);
    std::string mxid(std::string_view username) const;
    /// A place on this server. Always from `http.public_base`: what a request calls this server never gets here.
    std::string recoveryLink(std::string_view ticket) const;
};

}  // namespace latchkey::mails
