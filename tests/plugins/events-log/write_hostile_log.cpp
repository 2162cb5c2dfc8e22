// SPDX-License-Identifier: Apache-2.0
//
// write-hostile-log text|json: what the log holds (on standard error) after log-ins with hostile names and browsers. Attempts that
// count come from 192.0.2.…; every address that a filter may not see is of 198.51.100.0/24.
#include "domain/user/user.h"
#include "kernel/log.h"
#include "plugins/events-log/log_sink.h"
#include "plugins/events/dispatcher.h"

#include <string>

namespace latchkey {

namespace {

const std::string kForged = "INFO  login.failed - a log-in failed ip=198.51.100.1 actor=user via=account method=password reason=invalid_credentials";
const std::string kForgedJson = R"(,"level":"INFO","target":"events","event":"login.failed","message":"a log-in failed","ip":"198.51.100.2","actor":"user","via":"account","method":"password","reason":"invalid_credentials"})";

std::vector<std::string> hostileTexts() {
    const std::string time = "2026-01-31T09:30:00.123456Z  ";
    return {"alice",
            "x ip=198.51.100.3 reason=invalid_credentials",
            "x\n" + time + kForged + "\n",
            "x\r" + time + kForged,
            "x\xE2\x80\xA8" + time + kForged,
            "\" ip=198.51.100.4 reason=invalid_credentials \"",
            "\\\" ip=198.51.100.5 reason=invalid_credentials",
            "\\",
            "\"" + kForgedJson,
            "x\n{\"timestamp\":\"2026-01-31T09:30:00.123456Z\"" + kForgedJson,
            "  " + kForged,
            "host mas-cli[1]: " + time + kForged,
            std::string("nul\0 ", 5) + kForged,
            "\xFF\xFE" + kForged};
}

Event attempt(EventKind kind, const std::string& ip, const std::string& reason, const std::string& hostile) {
    Event event;
    event.kind = kind;
    event.ip = ip;
    event.via = "account";
    event.method = "password";
    event.reason = reason;
    event.nameTried = hostile;
    event.userAgent = hostile;
    return event;
}

// With such a name in the database: taken over from another server, say.
Event ofStrangeUser(const std::string& ip, const std::string& reason, const std::string& name) {
    Event event = attempt(EventKind::loginFailed, ip, reason, name);
    event.about(User{.id = *Ulid::parse("01HZZZZZZZZZZZZZZZZZZZZZZZ"), .username = name, .createdAt = {}, .lockedAt = {}, .deactivatedAt = {}});
    return event;
}

void logIn(Events& events) {
    int host = 0;
    const auto next = [&host] { return "192.0.2." + std::to_string(++host); };
    for (const std::string& each : hostileTexts()) {
        events.emit(attempt(EventKind::loginFailed, next(), "invalid_credentials", each));
        events.emit(attempt(EventKind::loginFailed, next(), "rate_limited", each));
        events.emit(ofStrangeUser(next(), "invalid_credentials", each));
        events.emit(attempt(EventKind::loginFailed, "198.51.100.10", "locked", each));
        events.emit(ofStrangeUser("198.51.100.11", "deactivated", each));
        events.emit(attempt(EventKind::loginSucceeded, "198.51.100.12", "", each));
    }
    events.emit(attempt(EventKind::loginFailed, "2001:db8::7", "invalid_credentials", "alice"));
}

// Other lines hold what people send, too; messages even on several lines.
void logOtherThings() {
    const log::Logger http("http");
    for (const std::string& each : hostileTexts()) {
        http.info("http.request", "GET", {{"path", each}, {"ip", "198.51.100.13"}});
        http.warn("http.unavailable", "no: " + each + "\n" + kForged + "\n" + kForgedJson, {{"error", each}});
    }
}

}  // namespace

}  // namespace latchkey

int main(int argc, char** argv) {
    using namespace latchkey;
    log::configure("info", argc > 1 && std::string_view(argv[1]) == "json" ? log::Format::json : log::Format::text);
    events_log::LogSink sink;
    events::Dispatcher dispatcher({&sink}, true);
    logIn(dispatcher);
    dispatcher.stop();
    logOtherThings();
    return 0;
}
