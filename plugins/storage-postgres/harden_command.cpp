// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/harden_command.h"

#include "domain/store.h"
#include "kernel/deadline.h"
#include "plugins/storage-postgres/connection.h"
#include "plugins/storage-postgres/harden.h"
#include "plugins/storage-postgres/migrator.h"

#include <cstdio>
#include <unistd.h>

namespace latchkey::pg {

namespace {

constexpr char kWarning[] =
    "This replaces OAuth access and refresh tokens, authorization codes and device codes in the database \"%s\"\n"
    "by their SHA-256 digests. Clients go on using theirs. There is no way back: Matrix Authentication Service cannot\n"
    "use these tokens any more; whoever returns to it must restore a backup. Tokens of the compatibility API stay as they are.\n"
    "The server may run meanwhile. If this is interrupted, run it again.\n";

constexpr std::int64_t kProgressMs = 2'000;

void requireMigrated(Connection& connection) {
    const MigrationState state = Migrator(connection, MigrationSet::shipped()).inspect();
    if (!state.usable()) throw StorageError(state.problem);
    if (state.pending()) throw StorageError("the database is not up to date (" + std::string(stateName(state.state)) + "): run `mas-cli database migrate` first");
}

bool confirmed(const std::string& database) {
    std::fprintf(stderr, kWarning, database.c_str());
    if (::isatty(STDIN_FILENO) == 0) throw Error("not asked for in a terminal: say --yes if you mean it");
    std::fputs("Type \"yes\" to go on: ", stderr);
    char answer[16] = {};
    return std::fgets(answer, sizeof answer, stdin) != nullptr && std::string_view(answer) == "yes\n";
}

/// A line every other second.
class ProgressLine {
public:
    void operator()(const std::string& table, std::int64_t done, std::int64_t left) {
        if (monotonicMs() < next_) return;
        next_ = monotonicMs() + kProgressMs;
        std::fprintf(stderr, "%s: %lld done, %lld left\n", table.c_str(), static_cast<long long>(done), static_cast<long long>(left));
    }

private:
    std::int64_t next_ = 0;
};

constexpr Query kDatabase{"harden.database", "SELECT current_database()"};

}  // namespace

int HardenCommand::run(const Arguments& arguments, Services&) {
    Connection connection(options_());
    requireMigrated(connection);
    const std::string database = connection.one(kDatabase, {}, [](const Row& row) { return row.text(0); }).value_or("");
    if (!arguments.has("yes") && !confirmed(database)) {
        std::fputs("Nothing was changed.\n", stderr);
        return 1;
    }
    connection.script("harden.settings", "SET statement_timeout = 0");
    Harden harden(connection);
    harden.switchToDigests();
    const std::int64_t changed = harden.convert(ProgressLine());
    std::printf("%lld tokens and codes were replaced by digests; new ones are written as digests.\n", static_cast<long long>(changed));
    return 0;
}

}  // namespace latchkey::pg
