// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/services.h"
#include "plugins/events-postgres/archive_sink.h"
#include "plugins/events-postgres/doctor.h"
#include "plugins/events-postgres/janitor.h"
#include "plugins/events-postgres/list_command.h"
#include "plugins/events-postgres/settings.h"

#include <optional>

namespace latchkey::events_postgres {

/// Keeps events in the table latchkey_events.
class EventsPostgresPlugin final : public Plugin, private ReadyListener {
public:
    void declare(Declarations& declarations) override { declarations.command(list_); }
    void configure(const config::Section& root) override { settings_ = ArchiveSettings::parse(root); }

    void start(Services& services) override {
        if (!settings_.enabled) return;
        archive_ = &services.need<EventArchive>();
        sink_.emplace(*archive_);
        check_.emplace(*archive_);
        services.offer<EventSink>(*sink_);
        services.offer<DoctorCheck>(*check_);
        services.offer<ReadyListener>(*this);
    }

    void stop() noexcept override { janitor_.reset(); }

private:
    void ready() noexcept override try {
        if (settings_.retention) janitor_.emplace(*archive_, *settings_.retention);
    } catch (const std::exception&) {
        // no thread could be had: another process cleans, or this one after its next start
    }

    ListEvents list_;
    ArchiveSettings settings_;
    EventArchive* archive_ = nullptr;
    std::optional<ArchiveSink> sink_;
    std::optional<ArchiveCheck> check_;
    std::optional<Janitor> janitor_;
};

}  // namespace latchkey::events_postgres

LATCHKEY_PLUGIN(latchkey::events_postgres::EventsPostgresPlugin, "events-postgres", latchkey::kVersion, "Keeps events in the database, and lists them")
