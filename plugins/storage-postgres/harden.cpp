// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/harden.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "plugins/storage-postgres/connection.h"

#include <chrono>
#include <optional>
#include <thread>

namespace latchkey::pg {

struct HardenedColumn {
    const char* table;
    Query count;
    Query convert;
};

namespace {

constexpr std::int64_t kPatienceMs = 60'000;
constexpr std::chrono::milliseconds kPause{200};

// Inserts look the setting up, which locks its table to the end of their transaction: who holds it exclusively knows that nobody
// is between looking and committing. Not for long at a time, since everybody else queues up behind a waiting lock.
constexpr char kSwitch[] = R"sql(
    SET LOCAL lock_timeout = '1s';
    LOCK TABLE latchkey_settings IN ACCESS EXCLUSIVE MODE;
    INSERT INTO latchkey_settings (name, value) VALUES ('token_storage', 'digest') ON CONFLICT (name) DO UPDATE SET value = 'digest')sql";

// Rows that somebody holds are left to the next pass, so that this neither waits nor deadlocks. A row after the batch tells where to go on.
#define COLUMN(table, id, text)                                                                                                          \
    HardenedColumn {                                                                                                                     \
        table, {"harden.count_" table, "SELECT count(*) FROM " table " WHERE " text " NOT LIKE 'sha256$%'"}, {                           \
            "harden.convert_" table,                                                                                                     \
                "WITH batch AS MATERIALIZED (SELECT " id " AS id FROM " table " WHERE ($1::uuid IS NULL OR " id " > $1::uuid) AND " text \
                " NOT LIKE 'sha256$%' ORDER BY " id " LIMIT $2::bigint FOR UPDATE SKIP LOCKED), "                                        \
                "changed AS (UPDATE " table " AS t SET " text " = 'sha256$' || "                                                         \
                "rtrim(translate(encode(sha256(convert_to(" text ", 'UTF8')), 'base64'), '+/', '-_'), '=') "                             \
                "FROM batch WHERE t." id " = batch.id AND " text " NOT LIKE 'sha256$%' RETURNING 1) "                                    \
                "SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM changed)"                                 \
        }                                                                                                                                \
    }

constexpr HardenedColumn kColumns[] = {
    COLUMN("oauth2_access_tokens", "oauth2_access_token_id", "access_token"),
    COLUMN("oauth2_refresh_tokens", "oauth2_refresh_token_id", "refresh_token"),
    COLUMN("compat_access_tokens", "compat_access_token_id", "access_token"),
    COLUMN("compat_refresh_tokens", "compat_refresh_token_id", "refresh_token"),
    COLUMN("compat_sso_logins", "compat_sso_login_id", "login_token"),
    COLUMN("oauth2_authorization_grants", "oauth2_authorization_grant_id", "authorization_code"),
    COLUMN("oauth2_device_code_grant", "oauth2_device_code_grant_id", "device_code"),
    COLUMN("user_recovery_tickets", "user_recovery_ticket_id", "ticket"),
};

std::int64_t readCount(const Row& row) { return row.int64(0); }

}  // namespace

void Harden::switchToDigests() {
    const std::int64_t until = monotonicMs() + kPatienceMs;
    for (;;) {
        try {
            connection_.begin();
            connection_.script("harden.switch", kSwitch);
            return connection_.commit();
        } catch (const StorageBusy&) {
            connection_.rollback();
            if (monotonicMs() >= until) throw;
        }
        std::this_thread::sleep_for(kPause);
    }
}

std::int64_t Harden::plainTexts() {
    std::int64_t all = 0;
    for (const HardenedColumn& each : kColumns) all += connection_.one(each.count, {}, readCount).value_or(0);
    return all;
}

std::int64_t Harden::convert(const Progress& progress) {
    std::int64_t changed = 0;
    for (const HardenedColumn& each : kColumns) changed += convert(each, progress);
    return changed;
}

std::int64_t Harden::convert(const HardenedColumn& column, const Progress& progress) {
    std::int64_t changed = 0;
    std::int64_t until = monotonicMs() + kPatienceMs;
    for (;;) {
        const std::int64_t left = connection_.one(column.count, {}, readCount).value_or(0);
        if (left == 0) return changed;
        const std::int64_t now = pass(column, changed, left, progress);
        changed += now;
        if (now > 0) until = monotonicMs() + kPatienceMs;
        else if (monotonicMs() >= until) throw StorageBusy(std::string("harden: somebody holds rows of ") + column.table + " for long: " + std::to_string(left) + " are left");
        else std::this_thread::sleep_for(kPause);
    }
}

// Once through the table, from the oldest row on.
std::int64_t Harden::pass(const HardenedColumn& column, std::int64_t before, std::int64_t left, const Progress& progress) {
    std::int64_t changed = 0;
    std::optional<Ulid> last;
    do {
        last = connection_.one(column.convert, {last, batch_}, [&](const Row& row) {
            changed += row.int64(1);
            return row.optionalUlid(0);
        }).value_or(std::nullopt);
        if (last) progress(column.table, before + changed, left > changed ? left - changed : 0);
    } while (last);
    return changed;
}

}  // namespace latchkey::pg
