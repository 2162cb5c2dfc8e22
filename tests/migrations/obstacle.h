// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/postgres.h"

#include <libpq-fe.h>
#include <string>

namespace latchkey::migrations {

/// Stops whoever migrates a database at the given statement of its script (CREATE …, ALTER …), counted from 1, until release().
/// Made of an event trigger that waits for an advisory lock which this object's own session holds.
class Obstacle {
public:
    Obstacle(const test::Postgres& server, const std::string& database, int statement);
    ~Obstacle();
    Obstacle(const Obstacle&) = delete;
    Obstacle& operator=(const Obstacle&) = delete;

    /// Waits until somebody stands there; the process ID of that session. Fails the test if nobody comes.
    int awaitVictim() const;
    void release();
    /// Takes the trigger away, too: nothing of it is left in the database.
    void remove();

private:
    const test::Postgres& server_;
    std::string database_;
    PGconn* session_;
};

}  // namespace latchkey::migrations
