// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-webhook/settings.h"

#include "kernel/error.h"

namespace latchkey::events_webhook {

namespace {

constexpr std::size_t kShortestSecret = 16;
constexpr const char* kTooShort = "must be at least 16 characters long: it is all that shows the receiver who speaks";

std::set<EventKind> kindsOf(const config::Section& section) {
    std::set<EventKind> kinds;
    for (const std::string& name : section.strings("events")) {
        if (const auto kind = eventKindOf(name)) kinds.insert(*kind);
        else section.problem("events", "there is no event `" + name + "`; docs/events.md lists them");
    }
    return kinds;
}

std::string urlOf(const config::Section& section, bool plain) {
    const auto url = section.optionalUrl("url");
    if (!url) {
        section.problem("url", "is required: where events are sent");
        return {};
    }
    const bool https = url->starts_with("https://");
    if (!https && !url->starts_with("http://")) section.problem("url", "must be an https URL");
    else if (!https && !plain) section.problem("url", "is http, where anybody on the way reads who logs in from where: use https, or set allow_http");
    return *url;
}

}  // namespace

HookSettings HookSettings::parse(const config::Section& root) {
    HookSettings settings;
    const config::Section section = root.section("events").section("webhook");
    const bool plain = section.boolean("allow_http", false);
    settings.allowPrivateAddresses = section.boolean("allow_private_addresses", false);
    settings.timeoutMs = section.integer("timeout", 10, 1, 60) * 1'000;
    settings.kinds = kindsOf(section);
    settings.secret = section.inlineOrFile("secret", section.present());
    if (section.present()) settings.url = urlOf(section, plain);
    else section.know("url");
    if (settings.secret.value && settings.secret.value->reveal().size() < kShortestSecret) section.problem("secret", kTooShort);
    return settings;
}

std::string HookSettings::readSecret() const {
    if (secret.value) return secret.value->reveal();
    std::string text = config::readFile("events.webhook.secret_file", secret.file.value_or(""));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (text.size() < kShortestSecret) throw ConfigError(std::string("events.webhook.secret_file: ") + kTooShort);
    return text;
}

}  // namespace latchkey::events_webhook
