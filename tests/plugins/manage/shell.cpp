// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/manage/shell.h"

#include "domain/user/password.h"
#include "domain/user/user_repository.h"
#include "kernel/command_line.h"
#include "kernel/error.h"

namespace latchkey::manage {

namespace {

passwords::PasswordConfig quick(bool enabled) {
    passwords::PasswordConfig config;
    config.enabled = enabled;
    config.schemes.front().algorithm = passwords::Algorithm::bcrypt;
    config.schemes.front().cost = 4;
    return config;
}

}  // namespace

Shell::Shell(bool passwordsEnabled) : hasher_(quick(passwordsEnabled)), locks_(pg::ConnectOptions::parse(world.conninfo())) {
    services_.offer<Store>(world.store());
    services_.offer<PasswordHasher>(hasher_);
    services_.offer<Homeserver>(homeserver);
    services_.offer<Events>(events);
    services_.offer<UserLocks>(locks_);
    log::configure("debug", log::Format::text);
    log::setSink([](std::string_view line, void* context) { static_cast<Shell*>(context)->log.append(line); }, this);
}

Shell::~Shell() {
    log::setSink({}, nullptr);
    log::configure("info", log::Format::text);
}

int Shell::run(std::vector<std::string> words) {
    RegisterUser registerUser;
    SetPassword setPassword;
    AddEmail addEmail;
    VerifyEmail verifyEmail;
    SetAdmin promote(SetAdmin::To::admin), demote(SetAdmin::To::ordinary);
    ListAdmins listAdmins;
    LockUser lockUser;
    UnlockUser unlockUser;
    KillSessions killSessions;
    IssueRegistrationToken issue;
    IssueCompatibilityToken compatibility;
    ProvisionAllUsers provision;
    CommandLine line;
    Command* const all[] = {&registerUser, &setPassword, &addEmail, &verifyEmail, &promote, &demote, &listAdmins, &lockUser, &unlockUser, &killSessions, &issue, &compatibility, &provision};
    for (Command* each : all) line.add(*each);
    words.insert(words.begin(), "manage");
    error.clear();
    try {
        const auto invocation = line.parse(words);
        return invocation.command->run(invocation.arguments, services_);
    } catch (const UsageError& usage) {
        error = usage.what();
        return 2;
    } catch (const std::exception& failure) {
        error = failure.what();
        return 1;
    }
}

bool Shell::verifies(const std::string& username, const std::string& password) {
    const auto work = world.store().reading();
    const auto stored = work->passwords().active(work->users().findByUsername(username).value().id);
    return stored && hasher_.verify(password, stored->hash, stored->version).verdict == PasswordHasher::Verdict::match;
}

std::string Shell::jobs() const {
    return world.sql("SELECT coalesce(string_agg(queue_name || ' ' || (payload - 'user_id')::text || CASE WHEN length(payload->>'user_id') = 26 THEN '' ELSE ' NO USER' END, "
                     "';' ORDER BY queue_name), '') FROM queue_jobs");
}

}  // namespace latchkey::manage
