// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-postgres/list_command.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/user_repository.h"
#include "kernel/error.h"
#include "kernel/ip_address.h"
#include "kernel/services.h"

#include <Poco/DateTimeParser.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>
#include <Poco/JSONString.h>

#include <charconv>
#include <cstdio>

namespace latchkey::events_postgres {

namespace {

constexpr int kUsual = 100;
constexpr int kMost = 100'000;

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || rest != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

// `90s`, `30m`, `24h`, `7d`: so long ago.
std::optional<Instant> ago(std::string_view text, Instant now) {
    constexpr std::int64_t kLongestDays = 36'500;
    if (text.empty()) return std::nullopt;
    const char unit = text.back();
    const std::int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3'600 : unit == 'd' ? 86'400 : 0;
    const auto count = number(text.substr(0, text.size() - 1));
    if (seconds == 0 || !count || *count > kLongestDays * 86'400 / seconds) return std::nullopt;
    return now - Duration::seconds(*count * seconds);
}

std::optional<Instant> moment(const Arguments& arguments, const std::string& option, Instant now) {
    const auto text = arguments.value(option);
    if (!text) return std::nullopt;
    if (const auto relative = ago(*text, now)) return relative;
    int zone = 0;
    Poco::DateTime parsed;
    const bool day = text->size() == 10 && Poco::DateTimeParser::tryParse("%Y-%m-%d", *text, parsed, zone);
    const bool full = text->size() >= 20 && Poco::DateTimeParser::tryParse("%Y-%m-%dT%H:%M:%s%z", *text, parsed, zone);
    if (!day && !full) throw UsageError("--" + option + " needs a time (2026-01-31T09:30:00Z, 2026-01-31) or how long ago (24h, 7d), not `" + *text + "`");
    return Instant{parsed.timestamp().epochMicroseconds() - std::int64_t(zone) * 1'000'000};
}

int mostOf(const Arguments& arguments) {
    const auto text = arguments.value("limit");
    if (!text) return kUsual;
    const auto value = number(*text);
    if (!value || *value < 1 || *value > kMost) throw UsageError("--limit needs a number from 1 to 100000, not `" + *text + "`");
    return static_cast<int>(*value);
}

// By id, so that those of users who are gone are found, too.
Ulid userOf(Store& store, const std::string& text) {
    if (const auto user = store.reading()->users().findByUsername(text)) return user->id;
    if (const auto id = Ulid::parse(text)) return *id;
    throw Error("there is no user `" + text + "`; for one who is gone give the id");
}

bool plain(const std::string& value) { return !value.empty() && value.find_first_of(" \"=\\") == std::string::npos; }

}  // namespace

std::vector<OptionSpec> ListEvents::options() const {
    return {{.name = "user", .help = "about this user: name, or id", .argument = "USER"},
            {.name = "event", .help = "of this name, such as login.failed", .argument = "NAME"},
            {.name = "ip", .help = "from this address or block", .argument = "ADDRESS"},
            {.name = "since", .help = "not before: a time, or how long ago (24h, 7d)", .argument = "TIME"},
            {.name = "until", .help = "not after", .argument = "TIME"},
            {.name = "limit", .help = "the newest N of them (default: 100)", .argument = "N"},
            {.name = "json", .help = "one JSON object per line"}};
}

EventFilter filterOf(const Arguments& arguments, Instant now) {
    EventFilter filter;
    filter.name = arguments.value("event");
    if (filter.name && !eventKindOf(*filter.name)) throw UsageError("--event: there is no event `" + *filter.name + "`; docs/events.md lists them");
    filter.ip = arguments.value("ip");
    if (filter.ip && !IpNetwork::parse(*filter.ip)) throw UsageError("--ip needs an address or a block (192.0.2.0/24), not `" + *filter.ip + "`");
    filter.since = moment(arguments, "since", now);
    filter.until = moment(arguments, "until", now);
    filter.most = mostOf(arguments);
    return filter;
}

std::string lineOf(const ArchivedEvent& event) {
    Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true));  // keeps the order
    const auto object = parser.parse(event.json).extract<Poco::JSON::Object::Ptr>();
    std::string line = object->getValue<std::string>("at") + "  " + event.name;
    for (const std::string& name : object->getNames()) {
        if (name == "id" || name == "event" || name == "at") continue;
        const std::string value = object->get(name).toString();
        line.append(" ").append(name).append("=").append(plain(value) ? value : Poco::toJSON(value, true));
    }
    return line;
}

int ListEvents::run(const Arguments& arguments, Services& services) {
    EventFilter filter = filterOf(arguments, currentTime());
    if (const auto user = arguments.value("user")) filter.userId = userOf(services.need<Store>(), *user);
    const bool json = arguments.has("json");
    for (const ArchivedEvent& each : services.need<EventArchive>().find(filter)) std::fputs(((json ? each.json : lineOf(each)) + "\n").c_str(), stdout);
    return 0;
}

}  // namespace latchkey::events_postgres
