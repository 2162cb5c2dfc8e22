// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/new_user.h"

#include "domain/clock.h"
#include "domain/password_hasher.h"
#include "domain/store.h"
#include "domain/user/password.h"
#include "domain/user/user_email.h"
#include "domain/user/user_jobs.h"
#include "domain/user/user_repository.h"
#include "kernel/error.h"

#include <Poco/Ascii.h>
#include <Poco/String.h>

#include <algorithm>

namespace latchkey::manage {

void NewUser::addEmail(const std::string& address) {
    const bool known = std::any_of(emails.begin(), emails.end(), [&](const std::string& each) { return Poco::icompare(each, address) == 0; });
    if (!known) emails.push_back(address);
}

std::string usernameOf(std::string_view text) {
    if (!text.starts_with('@')) return std::string(text);
    return std::string(text.substr(1, text.find(':') - 1));
}

namespace {

constexpr std::size_t kLongestMatrixId = 255;
constexpr std::size_t kLongestLocalPart = 64;
constexpr std::size_t kLongestLabel = 63;

std::string taken(const std::string& username) { return "there is a user `" + username + "` already"; }

bool isOfLocalpart(char c) { return (c >= 'a' && c <= 'z') || Poco::Ascii::isDigit(c) || std::string_view("._=-/+").find(c) != std::string_view::npos; }

bool beyondAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool isOfMailbox(char c) { return beyondAscii(c) || Poco::Ascii::isAlphaNumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos; }

bool isOfLabel(char c) { return beyondAscii(c) || Poco::Ascii::isAlphaNumeric(c) || c == '-'; }

// Parts between dots, none of them empty.
template <typename Good>
bool allParts(std::string_view text, Good&& good) {
    for (;;) {
        const auto dot = text.find('.');
        const std::string_view part = text.substr(0, dot);
        if (part.empty() || !good(part)) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<std::string> usernameProblem(Store& store, const std::string& username) {
    if (username.empty()) return "the username must not be empty";
    if (username.size() > kLongestMatrixId) return "the username is too long";
    if (!std::all_of(username.begin(), username.end(), isOfLocalpart)) return "a username holds only a-z, 0-9 and . _ = - / +";
    if (store.reading()->users().exists(username)) return taken(username);
    return std::nullopt;
}

bool isEmailAddress(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at > kLongestLocalPart) return false;
    return allParts(text.substr(0, at), [](std::string_view part) { return std::all_of(part.begin(), part.end(), isOfMailbox); }) &&
           allParts(text.substr(at + 1), [](std::string_view label) {
               return label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' && std::all_of(label.begin(), label.end(), isOfLabel);
           });
}

namespace {

void addPassword(UnitOfWork& work, const User& user, const PasswordHasher::Hash& hash, Instant now) {
    work.passwords().add({.id = newId(now), .userId = user.id, .hash = hash.text, .version = hash.version, .createdAt = now, .upgradedFromId = {}});
}

User addUser(UnitOfWork& work, const std::string& username, Instant now) {
    if (work.users().exists(username)) throw Error(taken(username));
    try {
        return work.users().add(newId(now), username, now);
    } catch (const Conflict&) {
        throw Error(taken(username));
    }
}

}  // namespace

User createUser(Store& store, PasswordHasher& hasher, const NewUser& user) {
    std::optional<PasswordHasher::Hash> hash;  // made before there is a transaction, which it would keep open for long
    if (user.password) hash = hasher.hash(*user.password);

    const auto work = store.begin();
    const Instant now = currentTime();
    const User added = addUser(*work, user.username, now);
    if (hash) addPassword(*work, added, *hash, now);
    for (const std::string& each : user.emails) work->emails().add({.id = newId(now), .userId = added.id, .email = each, .createdAt = now});
    if (user.admin) work->users().setCanRequestAdmin(added.id, true);
    enqueueProvisioning(*work, added.id, user.displayName, now);
    work->commit();
    return added;
}

}  // namespace latchkey::manage
