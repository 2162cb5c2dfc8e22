// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/choice.h"

namespace latchkey::email {

MailSender& openTransport(const std::vector<MailTransport*>& offered, const std::string& name) {
    MailTransport* found = nullptr;
    std::string names;
    for (MailTransport* each : offered) {
        names += (names.empty() ? "" : ", ") + each->name();
        if (each->name() != name) continue;
        if (found != nullptr) throw ConfigError("email.transport: two plugins offer `" + name + "`: take one of them out");
        found = each;
    }
    if (found == nullptr) throw ConfigError("email.transport: no plugin that runs offers `" + name + "`; there " + (names.empty() ? "is none: enable email-smtp" : "are " + names));
    return found->open();
}

}  // namespace latchkey::email
