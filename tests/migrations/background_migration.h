// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/store.h"
#include "kernel/error.h"
#include "tests/migrations/database.h"

#include <cppunit/extensions/HelperMacros.h>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace latchkey::migrations {

/// A migration in a thread of its own, while the test does something to its database.
class BackgroundMigration {
public:
    BackgroundMigration(test::Postgres& server, std::string database, const pg::MigrationSet& set, std::string user)
        : server_(server), database_(std::move(database)), thread_([this, &set, role = std::move(user)] { run(set, role); }) {}
    /// Ends it, should the test have failed before it did.
    ~BackgroundMigration() {
        if (!thread_.joinable()) return;
        server_.terminateBackends(database_);
        thread_.join();
    }
    BackgroundMigration(const BackgroundMigration&) = delete;
    BackgroundMigration& operator=(const BackgroundMigration&) = delete;

    /// Waits for its end; the message of the error that it must have ended with.
    std::string failure() {
        thread_.join();
        CPPUNIT_ASSERT_MESSAGE("the migration should have failed", !error_.empty());
        return error_;
    }
    bool lostConnection() const { return lost_; }

private:
    void run(const pg::MigrationSet& set, const std::string& user) {
        try {
            migrate(server_, database_, set, user);
        } catch (const StorageDown& error) {
            lost_ = true;
            error_ = error.what();
        } catch (const Error& error) {
            error_ = error.what();
        }
    }

    test::Postgres& server_;
    std::string database_;
    bool lost_ = false;
    std::string error_;
    std::thread thread_;  // last: it writes to the others
};

}  // namespace latchkey::migrations
