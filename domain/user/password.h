// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// A password's hash, made by the scheme of that version (`passwords.schemes`). A user's newest one counts.
struct UserPassword {
    Ulid id;
    Ulid userId;
    std::string hash;
    int version = 0;
    Instant createdAt;
    std::optional<Ulid> upgradedFromId;
};

class LATCHKEY_API UserPasswordRepository {
public:
    virtual ~UserPasswordRepository();
    virtual std::optional<UserPassword> active(const Ulid& userId) = 0;
    virtual void add(const UserPassword& password) = 0;
    /// Adds it if `expected` still is the active one. False otherwise: of two who change it at once, one does.
    virtual bool replace(const UserPassword& password, const Ulid& expected) = 0;
};

}  // namespace latchkey
