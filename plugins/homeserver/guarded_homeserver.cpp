// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/guarded_homeserver.h"

#include "kernel/deadline.h"
#include "kernel/log.h"

#include <algorithm>

namespace latchkey::homeserver {

namespace {

using Reason = HomeserverError::Reason;
using Change = Circuit::Change;

const log::Logger kLog("homeserver");

bool tellsOfAnOutage(Reason reason) { return reason == Reason::unreachable || reason == Reason::failed; }
bool isExpected(Reason reason) { return reason == Reason::notFound || reason == Reason::unsupported; }

}  // namespace

std::string firstCharacters(std::string_view text, std::size_t count) {
    std::size_t end = 0;
    for (std::size_t seen = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (begins && seen++ == count) break;
    }
    return std::string(text.substr(0, end));
}

GuardedHomeserver::GuardedHomeserver(Homeserver& inner, Circuit::Options circuit, int seats) : inner_(inner), circuit_(std::move(circuit)), room_(seats) {}

template <typename Call>
auto GuardedHomeserver::guarded(const char* name, Call&& call, bool cosmetic) -> decltype(call()) {
    if (!circuit_.admit()) {
        figures_.countSkipped(name);
        throw HomeserverError(std::string(name) + ": the homeserver failed several times just before, so it is not asked for a few seconds", Reason::unreachable);
    }
    const std::int64_t beganMs = monotonicMs();
    try {
        if constexpr (std::is_void_v<decltype(call())>) {
            call();
            noteSuccess(name, beganMs);
        } else {
            auto result = call();
            noteSuccess(name, beganMs);
            return result;
        }
    } catch (const HomeserverError& error) {
        if (cosmetic) missed(name, error, beganMs);
        else failed(name, error, beganMs);
        throw;
    } catch (...) {
        circuit_.abandoned();
        throw;
    }
}

// For calls that requests make, and no jobs. Who makes a device has a seat already.
template <typename Call>
auto GuardedHomeserver::seated(const char* name, const HomeserverCall& asked, Call&& call) -> decltype(call(asked)) {
    const auto seat = room_.tryEnter();
    if (!seat) {
        figures_.countSkipped(name);
        throw HomeserverError(std::string(name) + ": as many requests as may wait for the homeserver do so already", Reason::unreachable);
    }
    HomeserverCall bounded = asked;
    bounded.timeoutMs = std::min(asked.timeoutMs, WaitingRoom::kPatience.us / 1000);
    return guarded(name, [&] { return call(bounded); }, asked.cosmetic);
}

void GuardedHomeserver::noteSuccess(const char* name, std::int64_t beganMs) {
    const std::int64_t took = monotonicMs() - beganMs;
    figures_.count(name, false, took);
    kLog.debug("homeserver.called", "the homeserver did it", {{"call", name}, {"ms", took}});
    if (circuit_.succeeded() == Change::closed) kLog.info("homeserver.back", "the homeserver answers again");
}

void GuardedHomeserver::failed(const char* name, const HomeserverError& error, std::int64_t beganMs) {
    const std::int64_t took = monotonicMs() - beganMs;
    figures_.count(name, !isExpected(error.reason()), took);
    if (isExpected(error.reason())) kLog.debug("homeserver.declined", error.what(), {{"call", name}, {"ms", took}});
    else kLog.warn("homeserver.call_failed", error.what(), {{"call", name}, {"ms", took}});
    if (error.reason() == Reason::unsupported) return circuit_.abandoned();  // most likely it was not even asked
    const Change change = tellsOfAnOutage(error.reason()) ? circuit_.failed() : circuit_.succeeded();
    if (change == Change::opened) kLog.error("homeserver.away", "the homeserver failed several times in a row; calls fail at once until it answers again", {{"call", name}});
    if (change == Change::closed) kLog.info("homeserver.back", "the homeserver answers again");
}

// Its time was so short that a slow answer, with which others are content, must not stop their calls.
void GuardedHomeserver::missed(const char* name, const HomeserverError& error, std::int64_t beganMs) {
    const std::int64_t took = monotonicMs() - beganMs;
    figures_.count(name, !isExpected(error.reason()), took);
    kLog.debug("homeserver.declined", error.what(), {{"call", name}, {"ms", took}});
    circuit_.abandoned();
}

void GuardedHomeserver::ping(const HomeserverCall& call) {
    guarded("ping", [&] { inner_.ping(call); });
}
std::optional<HomeserverUser> GuardedHomeserver::findUser(std::string_view localpart, const HomeserverCall& call) {
    return seated("query_user", call, [&](const HomeserverCall& bounded) { return inner_.findUser(localpart, bounded); });
}

LocalpartAvailability GuardedHomeserver::availability(std::string_view localpart, const HomeserverCall& call) {
    const bool ascii = std::all_of(localpart.begin(), localpart.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii || localpart.empty()) return LocalpartAvailability::invalid;
    return seated("is_localpart_available", call, [&](const HomeserverCall& bounded) { return inner_.availability(localpart, bounded); });
}

bool GuardedHomeserver::provisionUser(const UserProvision& user, const HomeserverCall& call) {
    return guarded("provision_user", [&] { return inner_.provisionUser(user, call); });
}
void GuardedHomeserver::deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) {
    guarded("delete_user", [&] { inner_.deleteUser(localpart, erase, call); });
}
void GuardedHomeserver::reactivateUser(std::string_view localpart, const HomeserverCall& call) {
    guarded("reactivate_user", [&] { inner_.reactivateUser(localpart, call); });
}
void GuardedHomeserver::setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) {
    seated("set_displayname", call, [&](const HomeserverCall& bounded) { inner_.setDisplayName(localpart, name, bounded); });
}

void GuardedHomeserver::upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) {
    std::optional<std::string> cut;
    if (name) cut = firstCharacters(*name, kLongestDeviceName);
    guarded("upsert_device", [&] { inner_.upsertDevice(localpart, deviceId, cut, call); });
}
void GuardedHomeserver::setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) {
    seated("update_device_display_name", call, [&](const HomeserverCall& bounded) { inner_.setDeviceName(localpart, deviceId, firstCharacters(name, kLongestDeviceName), bounded); });
}
void GuardedHomeserver::deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) {
    guarded("delete_device", [&] { inner_.deleteDevice(localpart, deviceId, call); });
}
void GuardedHomeserver::syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) {
    guarded("sync_devices", [&] { inner_.syncDevices(localpart, deviceIds, call); });
}
void GuardedHomeserver::allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) {
    seated("allow_cross_signing_reset", call, [&](const HomeserverCall& bounded) { inner_.allowCrossSigningReset(localpart, bounded); });
}

void GuardedHomeserver::collect(MetricsWriter& writer) const {
    figures_.collect(writer);
    writer.metric("latchkey_homeserver_away", MetricsWriter::Type::gauge, "1 while calls fail at once, as the homeserver failed several times in a row.");
    writer.sample("latchkey_homeserver_away", circuit_.open() ? 1 : 0);
    writer.metric("latchkey_homeserver_waiting_requests", MetricsWriter::Type::gauge, "Requests that wait for the homeserver at the moment.");
    writer.sample("latchkey_homeserver_waiting_requests", room_.taken());
    writer.metric("latchkey_homeserver_turned_away_total", MetricsWriter::Type::counter, "Requests that were refused, as too many waited for the homeserver.");
    writer.sample("latchkey_homeserver_turned_away_total", static_cast<double>(room_.turnedAway()));
}

}  // namespace latchkey::homeserver
