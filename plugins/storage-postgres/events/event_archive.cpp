// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/events/event_archive.h"

#include "plugins/storage-postgres/inet.h"
#include "plugins/storage-postgres/pool.h"

#include <algorithm>

namespace latchkey::pg {

// In arrays '' stands for NULL. A batch whose fate nobody knows comes again.
constexpr Query kWrite{"event.write", R"sql(
    INSERT INTO latchkey_events (latchkey_event_id, at, name, user_id, ip, details)
    SELECT id, )sql" LATCHKEY_INSTANT("at") R"sql(, name, nullif(user_id, '')::uuid, nullif(ip, '')::inet, details::json
      FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) AS each (id, at, name, user_id, ip, details)
        ON CONFLICT (latchkey_event_id) DO NOTHING)sql"};

void PgEventArchive::write(const EventBatch& batch) {
    std::vector<std::string> ids, times, names, users, addresses, details;
    for (const auto& each : batch) {
        ids.push_back(each->id.uuid());
        times.push_back(std::to_string(each->at.us));
        names.emplace_back(eventName(each->kind));
        users.push_back(each->userId ? each->userId->uuid() : "");
        addresses.push_back(inetOrNothing(each->ip).value_or(""));
        details.push_back(toJson(*each));
    }
    if (!ids.empty()) pool_.acquire()->exec(kWrite, {ids, times, names, users, addresses, details});
}

constexpr Query kFind{"event.find", R"sql(
    SELECT latchkey_event_id, )sql" LATCHKEY_MICROS("at") R"sql(, name, details::text
      FROM latchkey_events
     WHERE ($1::text IS NULL OR name = $1)
       AND ($2::uuid IS NULL OR user_id = $2)
       AND ($3::inet IS NULL OR ip <<= $3)
       AND ($4::bigint IS NULL OR at >= )sql" LATCHKEY_INSTANT("$4") R"sql()
       AND ($5::bigint IS NULL OR at <= )sql" LATCHKEY_INSTANT("$5") R"sql()
     ORDER BY latchkey_event_id DESC LIMIT $6::bigint)sql"};

std::vector<ArchivedEvent> PgEventArchive::find(const EventFilter& filter) {
    auto found = pool_.acquire()->all(kFind, {filter.name, filter.userId, filter.ip, filter.since, filter.until, filter.most},
                                      [](const Row& row) { return ArchivedEvent{row.ulid(0), row.instant(1), row.text(2), row.text(3)}; });
    std::reverse(found.begin(), found.end());
    return found;
}

constexpr Query kPrune{"event.prune", R"sql(
    DELETE FROM latchkey_events
     WHERE latchkey_event_id IN (SELECT latchkey_event_id FROM latchkey_events WHERE latchkey_event_id < $1::uuid
                                  ORDER BY latchkey_event_id LIMIT $2::bigint FOR UPDATE SKIP LOCKED))sql"};

std::int64_t PgEventArchive::prune(Instant before, int most) { return pool_.acquire()->exec(kPrune, {Ulid::make(before, {}), most}); }

}  // namespace latchkey::pg
