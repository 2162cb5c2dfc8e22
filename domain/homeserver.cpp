// SPDX-License-Identifier: Apache-2.0
#include "domain/homeserver.h"

#include "domain/user/user.h"

#include <utility>

namespace latchkey {

HomeserverError::HomeserverError(const std::string& message, Reason reason, std::string errcode) : Error(message), reason_(reason), errcode_(std::move(errcode)) {}
HomeserverError::~HomeserverError() = default;
Homeserver::~Homeserver() = default;
HomeserverKind::~HomeserverKind() = default;

void upsertDeviceOf(Homeserver& homeserver, const User& user, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) {
    try {
        homeserver.upsertDevice(user.username, deviceId, name, call);
    } catch (const HomeserverError& error) {
        if (error.reason() != HomeserverError::Reason::notFound) throw;
        homeserver.provisionUser({.localpart = user.username, .displayName = {}, .avatarUrl = {}, .emails = {}, .locked = user.lockedAt.has_value(), .subject = user.id.text()}, call);
        homeserver.upsertDevice(user.username, deviceId, name, call);
    }
}

}  // namespace latchkey
