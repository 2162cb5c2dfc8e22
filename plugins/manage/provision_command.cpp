// SPDX-License-Identifier: Apache-2.0
#include "plugins/manage/provision_command.h"

#include "domain/clock.h"
#include "domain/store.h"
#include "domain/user/user_jobs.h"
#include "domain/user/user_repository.h"

namespace latchkey::manage {

namespace {

// Those after `after`; empty: that was all.
std::vector<User> provisionPage(Store& store, const std::optional<Ulid>& after) {
    const auto work = store.begin();
    std::vector<User> users = work->users().page(after, ProvisionAllUsers::kPage);
    const Instant now = currentTime();
    for (const User& each : users) enqueueProvisioning(*work, each.id, std::nullopt, now);
    work->commit();
    return users;
}

}  // namespace

int ProvisionAllUsers::run(const Arguments&, Services& services) {
    auto& store = services.need<Store>();
    std::int64_t done = 0;
    std::optional<Ulid> last;
    for (std::vector<User> users = provisionPage(store, last); !users.empty(); users = provisionPage(store, last)) {
        for (const User& each : users) logger().info("manage.provisioned", "the homeserver will be told of the user", {{"user", each.id.text()}, {"username", each.username}});
        last = users.back().id;
        done += static_cast<std::int64_t>(users.size());
        logger().info("manage.provisioning", "progress", {{"users", done}});
    }
    record(services, *this, EventKind::commandRun, [&](Event& event) { event.count = done; });
    logger().info("manage.provisioning_done", "a worker will tell the homeserver of all users", {{"users", done}});
    return 0;
}

}  // namespace latchkey::manage
