// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/compat_token_command.h"

#include "domain/clock.h"
#include "domain/compat/session_repository.h"
#include "domain/compat/token_repository.h"
#include "domain/homeserver.h"
#include "domain/secret.h"
#include "domain/session/finish_session.h"
#include "domain/store.h"
#include "domain/token/token_format.h"
#include "domain/user_locks.h"
#include "kernel/error.h"

namespace latchkey::manage {

namespace {

constexpr const char* kAdmin = "yes-i-want-to-grant-synapse-admin-privileges";
constexpr std::size_t kDeviceCharacters = 10;
constexpr std::size_t kLongestDevice = 255;
constexpr Duration kPatience = Duration::seconds(30);

std::string deviceOf(const Arguments& arguments) {
    if (arguments.positionals().size() < 2) return randomAlphanumerics(kDeviceCharacters);
    const std::string& given = arguments.positionals()[1];
    if (given.empty() || given.size() > kLongestDevice) throw UsageError("DEVICE_ID must have 1 to 255 characters");
    return given;
}

// The homeserver's list of devices is brought in line with the sessions here by a job.
void leaveSync(Store& store, const Ulid& userId) {
    const auto work = store.begin();
    enqueueDeviceSync(*work, userId, currentTime());
    work->commit();
}

// Nothing may be open while the homeserver is asked.
void makeDevice(Services& services, const User& user, const std::string& deviceId) {
    try {
        upsertDeviceOf(services.need<Homeserver>(), user, deviceId, std::nullopt, {});
    } catch (const HomeserverError& error) {
        leaveSync(services.need<Store>(), user.id);
        throw Error(std::string("the homeserver did not make the device, so there is no token: ") + error.what());
    }
}

std::string addSession(Store& store, const CompatSession& session) {
    const auto work = store.begin();
    work->compatSessions().add(session);
    std::string token = newToken(TokenKind::compatAccess);
    work->compatTokens().addAccess({newId(session.createdAt), session.id, session.createdAt, {}}, token);
    work->commit();
    return token;
}

}  // namespace

std::vector<OptionSpec> IssueCompatibilityToken::options() const {
    return {{.name = kAdmin, .help = "the token opens Synapse's admin API, too"}};
}

std::vector<PositionalSpec> IssueCompatibilityToken::positionals() const {
    auto specs = UserCommand::positionals();
    specs.push_back({.name = "DEVICE_ID", .help = "the device (default: a new one of ten random characters)", .required = false});
    return specs;
}

// The token is what the command is for, so it stands in the log, as in the reference.
int IssueCompatibilityToken::run(const Arguments& arguments, Services& services) {
    const std::string deviceId = deviceOf(arguments);
    auto& store = services.need<Store>();
    const User user = requireUser(*store.reading(), arguments.positionals()[0]);
    const auto lock = services.need<UserLocks>().acquire(user.id, kPatience);
    makeDevice(services, user, deviceId);

    const Instant now = currentTime();
    const CompatSession session{newId(now), user.id, deviceId, {}, now, {}, arguments.has(kAdmin), {}, {}};
    std::string token;
    try {
        token = addSession(store, session);
    } catch (...) {
        leaveSync(store, user.id);
        throw;
    }
    record(services, *this, EventKind::sessionStarted, [&](Event& event) {
        event.about(user);
        event.session(SessionKind::compat, session.id);
        if (session.isSynapseAdmin) event.scope = "urn:synapse:admin:*";
    });
    logger().info("manage.compatibility_token", "issued a compatibility token: " + token,
                  {{"user", user.id.text()}, {"username", user.username}, {"session", session.id.text()}, {"device", deviceId}, {"synapse_admin", session.isSynapseAdmin}});
    return 0;
}

}  // namespace latchkey::manage
