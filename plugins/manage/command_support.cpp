// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/command_support.h"

#include "domain/password_hasher.h"
#include "domain/store.h"
#include "domain/user/user_repository.h"
#include "kernel/error.h"

#include <charconv>

namespace latchkey::manage {

const log::Logger& logger() {
    static const log::Logger logger("manage");
    return logger;
}

User requireUser(UnitOfWork& work, std::string_view username) {
    auto user = work.users().findByUsername(username);
    if (!user) throw Error("there is no user `" + std::string(username) + "`");
    return std::move(*user);
}

std::optional<std::uint32_t> wholeNumber(const Arguments& arguments, const std::string& option) {
    const auto text = arguments.value(option);
    if (!text) return std::nullopt;
    std::uint32_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc() || rest != end) throw UsageError("--" + option + " needs a whole number from 0 to 4294967295, not `" + *text + "`");
    return number;
}

void requireUsable(const PasswordHasher& hasher, std::string_view password, bool ignoreComplexity) {
    if (!hasher.enabled()) throw Error("passwords are disabled (passwords.enabled)");
    if (!ignoreComplexity && !hasher.complexEnough(password)) throw Error("the password is too weak (passwords.minimum_complexity)");
}

}  // namespace latchkey::manage
