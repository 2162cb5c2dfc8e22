// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user.h"
#include "kernel/export.h"

#include <string_view>
#include <vector>

namespace latchkey {

class LATCHKEY_API UserRepository {
public:
    virtual ~UserRepository();

    virtual std::optional<User> find(const Ulid& id) = 0;
    /// Without regard to case; where several match, the one spelled exactly so, else none.
    virtual std::optional<User> findByUsername(std::string_view username) = 0;
    virtual bool exists(std::string_view username) = 0;
    /// Throws Conflict if the name (spelled exactly so) is taken; the unit of work stays usable then.
    virtual User add(const Ulid& id, std::string_view username, Instant now) = 0;
    /// False if the user is locked already (the earlier date stays) or does not exist.
    virtual bool lock(const Ulid& id, Instant now) = 0;
    /// False if the user was not locked.
    virtual bool unlock(const Ulid& id) = 0;
    /// Whether the user may ask for `urn:mas:admin` and `urn:synapse:admin:*`. False if there is no such user.
    virtual bool setCanRequestAdmin(const Ulid& id, bool allowed) = 0;
    /// All users, and those who may, by id, at most `limit` of those after `after`.
    virtual std::vector<User> page(const std::optional<Ulid>& after, int limit) = 0;
    virtual std::vector<User> admins(const std::optional<Ulid>& after, int limit) = 0;
    /// Remembers which terms the user accepted; the first time counts.
    virtual void acceptTerms(const Ulid& acceptanceId, const Ulid& userId, std::string_view termsUrl, Instant now) = 0;
};

}  // namespace latchkey
