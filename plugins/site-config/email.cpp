// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/section.h"
#include "plugins/site-config/checks.h"
#include "plugins/site-config/syntax.h"

namespace latchkey::site {

namespace {

void forbid(const config::Section& section, const std::string& transport, const std::vector<const char*>& keys) {
    for (const char* key : keys) {
        if (section.has(key)) section.problem(key, "does not go with the transport `" + transport + "`");
    }
}

void checkSmtp(const config::Section& section) {
    section.requiredOneOf("mode", {"plain", "starttls", "tls"});
    section.requiredString("hostname");
    section.optionalInteger("port", 1, 65535);
    const bool username = section.optionalString("username").has_value();
    const bool password = section.optionalSecret("password").has_value();
    if (username != password) section.problem(username ? "password" : "username", "`username` and `password` go together: both or neither");
    forbid(section, "smtp", {"command"});
}

}  // namespace

void checkEmail(const config::Section& root) {
    const config::Section section = root.section("email");
    if (!section.present()) return;
    for (const char* key : {"mode", "hostname", "port", "username", "command"}) section.know(key);
    section.optionalSecret("password");
    const std::string transport = section.requiredOneOf("transport", {"blackhole", "smtp", "sendmail"});
    checkMailbox(section, "from", kDefaultMailbox);
    checkMailbox(section, "reply_to", kDefaultMailbox);
    if (transport == "smtp") checkSmtp(section);
    if (transport == "sendmail") {
        section.requiredString("command");
        forbid(section, "sendmail", {"mode", "hostname", "port", "username", "password"});
    }
}

}  // namespace latchkey::site
