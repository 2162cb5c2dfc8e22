// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/account_commands.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/user_jobs.h"
#include "domain/user/user_repository.h"
#include "kernel/services.h"

namespace latchkey::manage {

int LockUser::run(const Arguments& arguments, Services& services) {
    const auto work = services.need<Store>().begin();
    const User user = requireUser(*work, arguments.positionals()[0]);
    const bool deactivate = arguments.has("deactivate");
    const Instant now = currentTime();
    const bool locked = work->users().lock(user.id, now);
    enqueueProvisioning(*work, user.id, std::nullopt, now);
    if (deactivate) enqueueDeactivation(*work, user.id, false, now);
    work->commit();
    const auto about = [&](Event& event) { event.about(user); };
    if (locked) record(services, *this, EventKind::userLocked, about);
    if (deactivate) record(services, *this, EventKind::userDeactivated, about);
    logger().info("manage.locked", deactivate ? "the user is locked and will be deactivated" : "the user is locked", {{"user", user.id.text()}, {"username", user.username}});
    return 0;
}

int UnlockUser::run(const Arguments& arguments, Services& services) {
    const auto work = services.need<Store>().begin();
    const User user = requireUser(*work, arguments.positionals()[0]);
    const bool reactivate = arguments.has("reactivate");
    const Instant now = currentTime();
    if (reactivate) enqueueReactivation(*work, user.id, now);
    else work->users().unlock(user.id);
    enqueueProvisioning(*work, user.id, std::nullopt, now);
    work->commit();
    record(services, *this, reactivate ? EventKind::userReactivated : EventKind::userUnlocked, [&](Event& event) { event.about(user); });
    logger().info("manage.unlocked", reactivate ? "the user will be reactivated" : "the user is unlocked", {{"user", user.id.text()}, {"username", user.username}});
    return 0;
}

int SetAdmin::run(const Arguments& arguments, Services& services) {
    const auto work = services.need<Store>().begin();
    const User user = requireUser(*work, arguments.positionals()[0]);
    work->users().setCanRequestAdmin(user.id, to_ == To::admin);
    work->commit();
    record(services, *this, to_ == To::admin ? EventKind::adminGranted : EventKind::adminRevoked, [&](Event& event) { event.about(user); });
    logger().info("manage.admin_set", to_ == To::admin ? "the user may ask for admin rights" : "the user may not ask for admin rights",
                  {{"user", user.id.text()}, {"username", user.username}});
    return 0;
}

int ListAdmins::run(const Arguments&, Services& services) {
    constexpr int kPage = 1000;
    const auto work = services.need<Store>().begin();
    std::vector<User> all = work->users().admins(std::nullopt, kPage);
    for (std::size_t page = all.size(); page == kPage;) {
        const std::vector<User> more = work->users().admins(all.back().id, kPage);
        page = more.size();
        all.insert(all.end(), more.begin(), more.end());
    }
    logger().info("manage.admins", "users who may ask for admin rights", {{"total", all.size()}});
    for (const User& each : all) logger().info("manage.admin", "may ask for admin rights", {{"user", each.id.text()}, {"username", each.username}});
    return 0;
}

}  // namespace latchkey::manage
