// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/user.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {
class PasswordHasher;
class Store;
}  // namespace latchkey

namespace latchkey::manage {

/// Somebody who is to be registered.
struct NewUser {
    std::string username;                 ///< empty: not known yet
    std::optional<std::string> password;
    std::vector<std::string> emails;
    bool admin = false;
    std::optional<std::string> displayName;

    /// Unless it is there, whatever its case.
    void addEmail(const std::string& address);
};

/// The name of `name`, `@name` or `@name:server`, whatever the server.
std::string usernameOf(std::string_view text);

/// What is wrong with a name; nothing if it may be registered. Whether the homeserver would take it is not asked, so at least what
/// no homeserver takes is refused.
std::optional<std::string> usernameProblem(Store& store, const std::string& username);

/// name@host, both of allowed characters.
bool isEmailAddress(std::string_view text);

/// All of it in one transaction. Throws Error if the name is taken.
User createUser(Store& store, PasswordHasher& hasher, const NewUser& user);

}  // namespace latchkey::manage
