// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client.h"
#include "domain/user/user.h"

namespace latchkey::test {

inline Client clientOf(const char* id) {
    Client client;
    client.id = Ulid::parse(id).value();
    return client;
}

inline User userOf(const char* id, Instant createdAt = {}) {
    User user;
    user.id = Ulid::parse(id).value();
    user.username = "alice";
    user.createdAt = createdAt;
    return user;
}

}  // namespace latchkey::test
