// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/config.h"

namespace latchkey::email {

namespace {

constexpr const char* kDefaultMailbox = "\"Authentication Service\" <root@localhost>";

Mailbox mailboxOf(const config::Section& section, const char* key) {
    try {
        return Mailbox::parse(section.string(key, kDefaultMailbox));
    } catch (const MailError& error) {
        section.problem(key, std::string("is ") + error.what());
        return Mailbox::parse(kDefaultMailbox);
    }
}

// Plugins of one's own may bring others, which nobody knows before they start.
std::string transportOf(const config::Section& root, const config::Section& section) {
    if (root.section("plugins").has("extra")) return section.requiredString("transport");
    return section.requiredOneOf("transport", {"blackhole", "smtp", "sendmail"});
}

}  // namespace

EmailConfig EmailConfig::parse(const config::Section& root) {
    const config::Section section = root.section("email");
    EmailConfig config{.transport = "blackhole", .sender = {mailboxOf(section, "from"), mailboxOf(section, "reply_to")}};
    if (section.present()) config.transport = transportOf(root, section);
    return config;
}

config::Node EmailGenerator::generate() const {
    using config::Node;
    Node section = Node::mapping();
    section.set("from", Node::string(kDefaultMailbox));
    section.set("reply_to", Node::string(kDefaultMailbox));
    section.set("transport", Node::string("blackhole"));
    return section;
}

}  // namespace latchkey::email
