// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/user_handlers.h"

#include "domain/clock.h"
#include "domain/queue/job_payload.h"
#include "domain/session/finish_session.h"
#include "domain/store.h"
#include "domain/user/user_email.h"
#include "domain/user/user_jobs.h"
#include "domain/user/user_life_repository.h"
#include "domain/user/user_repository.h"
#include "domain/user_locks.h"
#include "plugins/jobs/record.h"

namespace latchkey::jobs {

namespace {

constexpr Duration kLockPatience = Duration::seconds(30);
constexpr int kDevicePage = 5000;

HomeserverCall callOf(const JobContext& context) { return {.idempotencyKey = context.id().text()}; }

JobOutcome outcomeOf(const HomeserverError& error) {
    using Reason = HomeserverError::Reason;
    const bool hopeless = error.reason() == Reason::refused || error.reason() == Reason::unsupported;
    return hopeless ? JobOutcome::failed(error.what()) : JobOutcome::retry(error.what());
}

/// A queue whose payload names a user.
class UserHandler : public JobHandler {
public:
    UserHandler(std::string queue, Store& store, Homeserver& homeserver) : queue_(std::move(queue)), store_(store), homeserver_(homeserver) {}
    std::string_view queue() const override { return queue_; }

    JobOutcome run(std::string_view payload, const JobContext& context) override try {
        const Ulid id = requiredPayloadId(payload, "user_id");
        const auto user = store_.reading()->users().find(id);
        if (!user) return JobOutcome::failed("there is no user " + id.text());
        return runFor(*user, payload, context);
    } catch (const HomeserverError& error) {
        return outcomeOf(error);
    }

protected:
    virtual JobOutcome runFor(const User& user, std::string_view payload, const JobContext& context) = 0;

    void provision(const User& user, const std::optional<std::string>& displayName, const JobContext& context) {
        UserProvision told{.localpart = user.username, .displayName = {}, .avatarUrl = {}, .emails = std::vector<std::string>(),
                           .locked = user.lockedAt.has_value(), .subject = user.id.text()};
        if (displayName) told.displayName = {ProfileChange::Kind::set, *displayName};
        for (const UserEmail& each : store_.reading()->emails().allOf(user.id)) told.emails->push_back(each.email);
        homeserver_.provisionUser(told, callOf(context));
    }
    void syncLater(const User& user) {
        const auto work = store_.begin();
        enqueueDeviceSync(*work, user.id, currentTime());
        work->commit();
    }

    const std::string queue_;
    Store& store_;
    Homeserver& homeserver_;
};

class ProvisionUser final : public UserHandler {
public:
    using UserHandler::UserHandler;
    JobOutcome runFor(const User& user, std::string_view payload, const JobContext& context) override {
        provision(user, payloadText(payload, "set_display_name"), context);
        syncLater(user);
        return JobOutcome::done();
    }
};

class SyncDevices final : public UserHandler {
public:
    SyncDevices(Store& store, Homeserver& homeserver, UserLocks& locks) : UserHandler("sync-devices", store, homeserver), locks_(locks) {}

    JobOutcome runFor(const User& user, std::string_view, const JobContext& context) override {
        const auto held = locks_.acquire(user.id, kLockPatience);
        try {
            homeserver_.syncDevices(user.username, devices(user.id), callOf(context));
        } catch (const HomeserverError& error) {
            if (error.reason() != HomeserverError::Reason::notFound) throw;
            provision(user, std::nullopt, context);
            return JobOutcome::retry("the homeserver did not know the user, and has been told now");
        }
        return JobOutcome::done();
    }

private:
    std::vector<std::string> devices(const Ulid& user) {
        std::vector<std::string> all;
        std::size_t before = 0;
        do {
            before = all.size();
            const auto after = all.empty() ? std::nullopt : std::optional(all.back());
            for (std::string& each : store_.reading()->userLives().devices(user, after, kDevicePage)) all.push_back(std::move(each));
        } while (all.size() - before == kDevicePage);
        return all;
    }

    UserLocks& locks_;
};

class DeactivateUser final : public UserHandler {
public:
    DeactivateUser(Store& store, Homeserver& homeserver, Events* events)
        : UserHandler("deactivate-user", store, homeserver), events_(events) {}

    JobOutcome runFor(const User& user, std::string_view payload, const JobContext& context) override {
        const bool erase = payloadFlag(payload, "hs_erase", false);
        endHere(user);
        homeserver_.deleteUser(user.username, erase, callOf(context));
        return JobOutcome::done();
    }

private:
    // Nothing is told where nothing was left to end: by the account's page, or an earlier run.
    void endHere(const User& user) {
        const auto work = store_.begin();
        const std::int64_t ended = work->userLives().deactivate(user.id, currentTime());
        work->commit();
        if (ended == 0) return;
        record(events_, EventKind::sessionEnded, [&](Event& event) {
            event.reason = "deactivated";
            event.about(user);
            event.count = ended;
        });
    }

    Events* const events_;
};

class ReactivateUser final : public UserHandler {
public:
    using UserHandler::UserHandler;
    JobOutcome runFor(const User& user, std::string_view, const JobContext& context) override {
        homeserver_.reactivateUser(user.username, callOf(context));
        const auto work = store_.begin();
        work->userLives().reactivate(user.id);
        if (work->users().unlock(user.id)) enqueueProvisioning(*work, user.id, std::nullopt, currentTime());  // deactivating by command locks
        work->commit();
        return JobOutcome::done();
    }
};

/// provision-device and delete-device of older versions: what they ask for follows from the sessions.
class DeviceChanged final : public UserHandler {
public:
    using UserHandler::UserHandler;
    JobOutcome runFor(const User& user, std::string_view, const JobContext&) override {
        syncLater(user);
        return JobOutcome::done();
    }
};

}  // namespace

std::vector<std::unique_ptr<JobHandler>> userHandlers(Store& store, Homeserver& homeserver, UserLocks& locks, Events* events) {
    std::vector<std::unique_ptr<JobHandler>> handlers;
    handlers.push_back(std::make_unique<ProvisionUser>("provision-user", store, homeserver));
    handlers.push_back(std::make_unique<SyncDevices>(store, homeserver, locks));
    handlers.push_back(std::make_unique<DeactivateUser>(store, homeserver, events));
    handlers.push_back(std::make_unique<ReactivateUser>("reactivate-user", store, homeserver));
    handlers.push_back(std::make_unique<DeviceChanged>("provision-device", store, homeserver));
    handlers.push_back(std::make_unique<DeviceChanged>("delete-device", store, homeserver));
    return handlers;
}

}  // namespace latchkey::jobs
