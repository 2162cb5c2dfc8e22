// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/storage-postgres/activity/activity_buffer.h"
#include "plugins/storage-postgres/config.h"
#include "plugins/storage-postgres/doctor.h"
#include "plugins/storage-postgres/events/event_archive.h"
#include "plugins/storage-postgres/generator.h"
#include "plugins/storage-postgres/harden_command.h"
#include "plugins/storage-postgres/migrate_command.h"
#include "plugins/storage-postgres/notification_listener.h"
#include "plugins/storage-postgres/pool.h"
#include "plugins/storage-postgres/pool_metrics.h"
#include "plugins/storage-postgres/queue/queue_check.h"
#include "plugins/storage-postgres/startup.h"
#include "plugins/storage-postgres/status_command.h"
#include "plugins/storage-postgres/unit_of_work.h"
#include "plugins/storage-postgres/user_locks.h"

#include <optional>

namespace latchkey::pg {

/// Offers the Store. Connects with the start-up tasks, or with the first use: `doctor` and `database …` must work, and say what
/// is wrong, while the database is away.
class StoragePostgresPlugin final : public Plugin {
public:
    void declare(Declarations& declarations) override {
        declarations.generator(generator_);
        declarations.command(migrateCommand_);
        declarations.command(statusCommand_);
        declarations.command(hardenCommand_);
        for (OptionSpec& option : MigrateAtStart::serverOptions()) declarations.serverOption(std::move(option));
    }

    void configure(const config::Section& root) override { config_ = Config::parse(root); }

    void start(Services& services) override {
        config_.connect = config_.connectOptions();
        pool_.emplace(config_.connect, config_.pool);
        store_.emplace(*pool_);
        events_.emplace(*pool_);
        userLocks_.emplace(config_.connect);
        metrics_.emplace(*pool_);
        activity_.emplace(*store_);
        poolerTask_.emplace(config_.connect);
        openTask_.emplace(*pool_);
        serverCheck_.emplace(config_.connect, config_.pool);
        queueCheck_.emplace(config_.connect);
        notifications_.emplace(config_.connect);
        services.offer<Store>(*store_);
        services.offer<EventArchive>(*events_);
        services.offer<Notifications>(*notifications_);
        services.offer<UserLocks>(*userLocks_);
        services.offer<MetricsSource>(*metrics_);
        services.offer<ActivityRecorder>(*activity_);
        services.offer<Reloadable>(*activity_);
        services.offer<MetricsSource>(*activity_);
        services.offer<DoctorCheck>(*serverCheck_);
        services.offer<DoctorCheck>(*queueCheck_);
        services.offer<StartupTask>(*poolerTask_);
        services.offer<StartupTask>(migrateTask_);
        services.offer<StartupTask>(*openTask_);
    }

    void drain(const Deadline& deadline) noexcept override {
        if (activity_) activity_->drain(deadline);
    }

    void stop() noexcept override {
        if (activity_) activity_->stop();
        if (userLocks_) userLocks_->close();
        if (pool_) pool_->close();
    }

private:
    DatabaseGenerator generator_;
    Config config_;
    MigrateCommand migrateCommand_{[this] { return config_.connect; }};
    StatusCommand statusCommand_{config_};
    HardenCommand hardenCommand_{[this] { return config_.connect; }};
    MigrateAtStart migrateTask_{[this] { return config_.connect; }};
    std::optional<Pool> pool_;
    std::optional<PgStore> store_;
    std::optional<PgEventArchive> events_;
    std::optional<PgNotifications> notifications_;
    std::optional<PgUserLocks> userLocks_;
    std::optional<PoolMetrics> metrics_;
    std::optional<ActivityBuffer> activity_;
    std::optional<PoolerTask> poolerTask_;
    std::optional<OpenPoolTask> openTask_;
    std::optional<ServerCheck> serverCheck_;
    std::optional<QueueCheck> queueCheck_;
};

}  // namespace latchkey::pg

LATCHKEY_PLUGIN(latchkey::pg::StoragePostgresPlugin, "storage-postgres", latchkey::kVersion, "Keeps all state in PostgreSQL")
