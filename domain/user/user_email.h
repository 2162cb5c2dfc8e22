// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// A verified address of a user.
struct UserEmail {
    Ulid id;
    Ulid userId;
    std::string email;
    Instant createdAt;
};

class LATCHKEY_API UserEmailRepository {
public:
    virtual ~UserEmailRepository();
    virtual std::vector<UserEmail> allOf(const Ulid& userId) = 0;
    /// Without regard to case; nothing if several users have it.
    virtual std::optional<UserEmail> findByEmail(std::string_view email) = 0;
    virtual std::optional<UserEmail> find(const Ulid& id) = 0;
    /// All that have this address, without regard to case, in the order of their ids; those after `after`, at most `most`.
    virtual std::vector<UserEmail> pageByEmail(std::string_view email, const std::optional<Ulid>& after, int most) = 0;
    virtual void add(const UserEmail& email) = 0;
    /// False, and nothing is written, if anybody has the address, without regard to case. Whoever may race locks the address before.
    virtual bool addUnlessTaken(const UserEmail& email) = 0;
    /// False if it is not an address of this user, or gone already.
    virtual bool remove(const Ulid& userId, const Ulid& id) = 0;
};

}  // namespace latchkey
