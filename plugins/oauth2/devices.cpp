// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/devices.h"

#include "domain/clock.h"
#include "domain/session/device_name.h"
#include "domain/session/finish_session.h"
#include "kernel/deadline.h"
#include "kernel/log.h"

#include <algorithm>

namespace latchkey::oauth2 {

namespace {

const log::Logger kLog("oauth2");

}  // namespace

std::optional<SessionDevices> Devices::of(const OAuthSession& session, const User& user, const Client& client, const std::optional<std::string>& userAgent) const {
    if (homeserver_ == nullptr) return std::nullopt;
    std::vector<std::string> ids = session.scope.deviceIds();
    if (ids.empty()) return std::nullopt;
    return SessionDevices{.user = user, .ids = std::move(ids), .name = deviceName(client.name.value_or(client.clientId()), userAgent.value_or(""))};
}

void Devices::make(const SessionDevices& devices, const std::function<void()>& finish) const {
    const auto seat = room_ != nullptr ? std::optional(room_->enter()) : std::nullopt;
    const std::int64_t untilMs = monotonicMs() + WaitingRoom::kPatience.us / 1000;
    const auto lock = locks_->acquire(devices.user.id, WaitingRoom::kPatience);
    for (const std::string& id : devices.ids) {
        upsertDeviceOf(*homeserver_, devices.user, id, devices.name, {.timeoutMs = std::max<std::int64_t>(untilMs - monotonicMs(), 1)});
    }
    try {
        finish();
    } catch (...) {
        undo(devices.user.id);
        throw;
    }
}

// Not by deleting it: another session may have the same device.
void Devices::undo(const Ulid& userId) const noexcept {
    try {
        const auto work = store_.begin();
        enqueueDeviceSync(*work, userId, currentTime());
        work->commit();
    } catch (const std::exception& error) {
        kLog.warn("oauth2.device_left_over", "a device without a session stays at the homeserver until the user's next log-in or log-out", {{"user", userId.text()}, {"error", error.what()}});
    }
}

}  // namespace latchkey::oauth2
