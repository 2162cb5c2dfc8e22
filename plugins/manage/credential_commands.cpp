// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/credential_commands.h"

#include "domain/clock.h"
#include "domain/password_hasher.h"
#include "domain/secret.h"
#include "domain/store.h"
#include "domain/user/password.h"
#include "domain/user/registration_token.h"
#include "domain/user/user_email.h"
#include "kernel/error.h"
#include "kernel/services.h"

#include <Poco/String.h>

#include <limits>

namespace latchkey::manage {

namespace {

constexpr std::size_t kTokenLength = 12;

std::vector<PositionalSpec> withSecond(std::vector<PositionalSpec> specs, PositionalSpec second) {
    specs.push_back(std::move(second));
    return specs;
}

}  // namespace

std::vector<PositionalSpec> SetPassword::positionals() const {
    return withSecond(UserCommand::positionals(), {.name = "PASSWORD", .help = "the new password"});
}

// Hashed before there is a transaction, which it would keep open for long.
int SetPassword::run(const Arguments& arguments, Services& services) {
    const std::string& password = arguments.positionals()[1];
    auto& hasher = services.need<PasswordHasher>();
    requireUsable(hasher, password, arguments.has("ignore-complexity"));
    PasswordHasher::Hash hash = hasher.hash(password);

    const auto work = services.need<Store>().begin();
    const User user = requireUser(*work, arguments.positionals()[0]);
    const Instant now = currentTime();
    const UserPassword added{.id = newId(now), .userId = user.id, .hash = std::move(hash.text), .version = hash.version, .createdAt = now, .upgradedFromId = {}};
    work->passwords().add(added);
    work->commit();
    record(services, *this, EventKind::passwordChanged, [&](Event& event) { event.about(user); });
    logger().info("manage.password_set", "the password was changed", {{"user", user.id.text()}, {"username", user.username}, {"password", added.id.text()}});
    return 0;
}

std::vector<PositionalSpec> AddEmail::positionals() const { return withSecond(UserCommand::positionals(), {.name = "EMAIL", .help = "the address"}); }

int AddEmail::run(const Arguments& arguments, Services& services) {
    const std::string& address = arguments.positionals()[1];
    const auto work = services.need<Store>().begin();
    const User user = requireUser(*work, arguments.positionals()[0]);
    for (const UserEmail& each : work->emails().allOf(user.id)) {
        if (Poco::icompare(each.email, address) != 0) continue;
        logger().info("manage.email_present", "the user has this address already", {{"user", user.id.text()}, {"email", each.id.text()}});
        return 0;
    }
    const Instant now = currentTime();
    const UserEmail added{.id = newId(now), .userId = user.id, .email = address, .createdAt = now};
    work->emails().add(added);
    work->commit();
    record(services, *this, EventKind::emailAdded, [&](Event& event) {
        event.about(user);
        event.email = maskedEmail(address);
    });
    logger().info("manage.email_added", "the address was added", {{"user", user.id.text()}, {"username", user.username}, {"email", added.id.text()}});
    return 0;
}

std::vector<PositionalSpec> VerifyEmail::positionals() const { return withSecond(UserCommand::positionals(), {.name = "EMAIL", .help = "the address"}); }

int VerifyEmail::run(const Arguments&, Services&) {
    logger().warn("manage.verify_email", "`manage verify-email` is deprecated and does nothing: addresses that are added are verified");
    return 0;
}

std::vector<OptionSpec> IssueRegistrationToken::options() const {
    return {{.name = "token", .help = "the token itself (default: 12 random letters and digits)", .argument = "TOKEN"},
            {.name = "usage-limit", .help = "how many may register with it (default: 1)", .argument = "N"},
            {.name = "unlimited", .help = "any number may"},
            {.name = "expires-in", .help = "after so many seconds (default: never)", .argument = "SECONDS"}};
}

namespace {

std::optional<int> usageLimit(const Arguments& arguments) {
    if (arguments.has("usage-limit") && arguments.has("unlimited")) throw UsageError("--usage-limit and --unlimited exclude each other");
    const auto limit = wholeNumber(arguments, "usage-limit");
    if (arguments.has("unlimited")) return std::nullopt;
    if (!limit) return 1;
    if (*limit > static_cast<std::uint32_t>(std::numeric_limits<int>::max())) throw Error("--usage-limit: more than 2147483647 cannot be stored; there is --unlimited");
    return static_cast<int>(*limit);
}

RegistrationToken asked(const Arguments& arguments, Instant now) {
    RegistrationToken token{.id = newId(now), .token = {}, .usageLimit = usageLimit(arguments), .createdAt = now, .expiresAt = {}};
    if (const auto seconds = wholeNumber(arguments, "expires-in")) token.expiresAt = now + Duration::seconds(*seconds);
    const auto given = arguments.value("token");
    if (given && given->empty()) throw UsageError("--token must not be empty");
    token.token = given ? *given : randomAlphanumerics(kTokenLength);
    return token;
}

}  // namespace

// The token is what the command is for, so it stands in the log, as in the reference.
int IssueRegistrationToken::run(const Arguments& arguments, Services& services) {
    const RegistrationToken token = asked(arguments, currentTime());
    const auto work = services.need<Store>().begin();
    try {
        work->registrationTokens().add(token);
    } catch (const Conflict&) {
        throw Error("there is such a registration token already");
    }
    work->commit();
    record(services, *this, EventKind::registrationTokenCreated, [](Event&) {});
    logger().info("manage.registration_token", "created a user registration token: " + token.token, {{"registration_token", token.id.text()}});
    return 0;
}

}  // namespace latchkey::manage
