// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/register_command.h"

#include "domain/homeserver.h"
#include "domain/password_hasher.h"
#include "domain/store.h"
#include "kernel/error.h"
#include "kernel/services.h"
#include "plugins/manage/command_support.h"
#include "plugins/manage/register_dialogue.h"

namespace latchkey::manage {

std::vector<OptionSpec> RegisterUser::options() const {
    return {{.name = "password", .help = "the password (default: none)", .argument = "PASSWORD", .shortName = 'p'},
            {.name = "email", .help = "an e-mail address, which counts as verified; may be given several times", .argument = "EMAIL", .shortName = 'e', .repeatable = true},
            {.name = "upstream-provider-mapping", .help = "not in this version", .argument = "ULID:SUBJECT", .shortName = 'm', .repeatable = true, .hidden = true},
            {.name = "admin", .help = "the user may ask for admin rights", .shortName = 'a'},
            {.name = "no-admin", .help = "the user may not (the default)", .shortName = 'A'},
            {.name = "display-name", .help = "the display name at the homeserver", .argument = "NAME", .shortName = 'd'},
            {.name = "yes", .help = "ask nothing", .shortName = 'y'},
            {.name = "ignore-password-complexity", .help = "take a weak password, too"}};
}

std::vector<PositionalSpec> RegisterUser::positionals() const {
    return {{.name = "USERNAME", .help = "name, @name or @name:server; needed with --yes", .required = false}};
}

NewUser newUserOf(const Arguments& arguments) {
    if (arguments.has("admin") && arguments.has("no-admin")) throw UsageError("--admin and --no-admin exclude each other");
    if (arguments.has("yes") && arguments.positionals().empty()) throw UsageError("`manage register-user` needs <USERNAME> with --yes");
    NewUser user;
    if (!arguments.positionals().empty()) user.username = usernameOf(arguments.positionals().front());
    user.password = arguments.value("password");
    for (const std::string& each : arguments.values("email")) {
        if (!isEmailAddress(each)) throw UsageError("--email: `" + each + "` is not an e-mail address");
        user.addEmail(each);
    }
    user.admin = arguments.has("admin");
    user.displayName = arguments.value("display-name");
    return user;
}

namespace {

RegisterDialogue::Outcome askAbout(NewUser& user, Store& store, const PasswordHasher& hasher) {
    if (!StandardTerminal::present()) throw Error("`manage register-user` asks questions and there is no terminal: give --yes and the options that you want");
    StandardTerminal terminal;
    return RegisterDialogue(terminal, [&](const std::string& name) { return usernameProblem(store, name); }, hasher.enabled()).run(user);
}

// Before anything is written: a user whom the homeserver does not take could never use it.
void requireFreeAtHomeserver(Homeserver& homeserver, const std::string& username) {
    constexpr std::int64_t kPatienceMs = 10'000;
    try {
        switch (homeserver.availability(username, {.timeoutMs = kPatienceMs})) {
            case LocalpartAvailability::available: return;
            case LocalpartAvailability::taken: throw Error("the homeserver has, or had, a user `" + username + "` already");
            case LocalpartAvailability::invalid: throw Error("the homeserver does not allow the name `" + username + "`");
            case LocalpartAvailability::reserved: throw Error("the homeserver keeps the name `" + username + "` for an application service");
        }
    } catch (const HomeserverError& error) {
        throw Error(std::string("whether the homeserver takes the name is not known, so nothing was written: ") + error.what());
    }
}

}  // namespace

int RegisterUser::run(const Arguments& arguments, Services& services) {
    NewUser user = newUserOf(arguments);
    if (arguments.has("upstream-provider-mapping")) throw Error("--upstream-provider-mapping: this version knows no upstream providers");
    auto& store = services.need<Store>();
    auto& hasher = services.need<PasswordHasher>();
    if (user.password) requireUsable(hasher, *user.password, arguments.has("ignore-password-complexity"));
    if (!arguments.positionals().empty()) {
        if (const auto problem = usernameProblem(store, user.username)) throw Error(*problem);
    }
    if (!arguments.has("yes")) {
        const auto outcome = askAbout(user, store, hasher);
        if (outcome == RegisterDialogue::Outcome::aborted) throw Error("aborted; nothing was written");
        if (outcome == RegisterDialogue::Outcome::declined) {
            logger().warn("manage.register_declined", "not confirmed; nothing was written");
            return 0;
        }
    }
    requireFreeAtHomeserver(services.need<Homeserver>(), user.username);
    const User added = createUser(store, hasher, user);
    record(services, *this, EventKind::userRegistered, [&](Event& event) { event.about(added); });
    logger().info("manage.registered", "the user was registered", {{"user", added.id.text()}, {"username", added.username}});
    return 0;
}

}  // namespace latchkey::manage
