// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/registration/name_check.h"

#include "domain/homeserver.h"
#include "domain/store.h"
#include "domain/user/user_repository.h"
#include "kernel/log.h"

#include <algorithm>

namespace latchkey::account {

namespace {

constexpr std::int64_t kPatienceMs = 5'000;
constexpr std::size_t kLongest = 255;  // of a Matrix id: no name can have more
const log::Logger kLog("account");

bool isAboutUsername(const PolicyViolation& violation) { return violation.field == "username"; }

}  // namespace

NameCheck::Result NameCheck::check(const std::string& username, const std::optional<std::string>& email, const PolicyRequester& requester) const {
    Result result;
    result.violations = policy_.registration({"password", username.substr(0, kLongest + 1), email, requester});
    if (username.empty()) {
        std::erase_if(result.violations, isAboutUsername);  // one word about it is enough
        result.state = State::missing;
    } else if (username.size() > kLongest || std::ranges::any_of(result.violations, isAboutUsername)) {
        result.state = State::denied;
    } else {
        result.state = availability(username);
    }
    return result;
}

NameCheck::State NameCheck::availability(const std::string& username) const {
    if (store_.reading()->users().exists(username)) return State::taken;
    if (homeserver_ == nullptr) return State::free;
    try {
        const bool free = homeserver_->availability(username, {.timeoutMs = kPatienceMs}) == LocalpartAvailability::available;
        return free ? State::free : State::taken;
    } catch (const HomeserverError& error) {
        kLog.warn("account.name_unchecked", "the homeserver did not say whether a name is free", {{"error", error.what()}});
        return State::unchecked;
    }
}

}  // namespace latchkey::account
