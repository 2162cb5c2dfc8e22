// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/pool.h"

#include <cstdio>
#include <functional>
#include <libpq-fe.h>
#include <string_view>

namespace latchkey::contract {

/// How many round trips `what` makes over the one connection of this pool: the server answers each Sync, and each simple query, once.
inline int roundTrips(pg::Pool& pool, const std::function<void()>& what) {
    std::FILE* const trace = std::tmpfile();
    PGconn* const connection = pool.acquire()->raw();
    PQtrace(connection, trace);
    what();
    PQuntrace(connection);
    std::rewind(trace);
    int count = 0;
    char line[4096];
    while (std::fgets(line, sizeof line, trace) != nullptr) count += std::string_view(line).find("ReadyForQuery") != std::string_view::npos ? 1 : 0;
    std::fclose(trace);
    return count;
}

}  // namespace latchkey::contract
