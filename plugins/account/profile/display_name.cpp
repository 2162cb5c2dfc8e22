// SPDX-License-Identifier: Apache-2.0
#include "plugins/account/profile/display_name.h"

#include "domain/homeserver.h"

namespace latchkey::account {

namespace {

constexpr std::int64_t kPatienceMs = 1'000;
constexpr std::size_t kLongest = 1'024;  // Synapse takes 256 characters

}  // namespace

std::optional<std::string> displayNameOf(const Site& site, const std::string& username) {
    if (site.homeserver == nullptr) return std::nullopt;
    try {
        const auto user = site.homeserver->findUser(username, {.timeoutMs = kPatienceMs, .cosmetic = true});
        const bool named = user && user->displayName && !user->displayName->empty() && user->displayName->size() <= kLongest;
        return named ? user->displayName : std::nullopt;
    } catch (const HomeserverError&) {
        return std::nullopt;
    }
}

}  // namespace latchkey::account
