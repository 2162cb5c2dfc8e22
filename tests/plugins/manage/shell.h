// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/services.h"
#include "plugins/manage/account_commands.h"
#include "plugins/manage/compat_token_command.h"
#include "plugins/manage/credential_commands.h"
#include "plugins/manage/provision_command.h"
#include "plugins/manage/register_command.h"
#include "plugins/manage/session_commands.h"
#include "plugins/passwords/hasher.h"
#include "plugins/storage-postgres/user_locks.h"
#include "tests/contract/oauth/world.h"
#include "tests/plugins/homeserver/recording_homeserver.h"
#include "tests/support/recorded_events.h"

#include <string>
#include <vector>

namespace latchkey::manage {

/// Runs the commands as typed, on a database of its own; collects what they log.
class Shell {
public:
    explicit Shell(bool passwordsEnabled = true);
    ~Shell();

    /// The exit code, errors told as mas-cli tells them.
    int run(std::vector<std::string> words);
    bool logged(const std::string& text) const { return log.find(text) != std::string::npos; }
    /// Does the user's newest password match?
    bool verifies(const std::string& username, const std::string& password);
    /// "queue payload" of every job, joined by ";", without the ids of users.
    std::string jobs() const;

    contract::World world;
    homeserver::RecordingHomeserver homeserver;
    test::RecordedEvents events;
    std::string log;    ///< of all runs
    std::string error;  ///< of the last one

private:
    passwords::SchemeHasher hasher_;
    pg::PgUserLocks locks_;
    Services services_;
};

}  // namespace latchkey::manage

#define LATCHKEY_SHELL                                                                                 \
public:                                                                                                \
    void setUp() override {                                                                            \
        if (::latchkey::test::postgresAvailable()) shell_ = std::make_unique<::latchkey::manage::Shell>(); \
    }                                                                                                  \
    void tearDown() override { shell_.reset(); }                                                       \
                                                                                                       \
private:                                                                                               \
    std::unique_ptr<::latchkey::manage::Shell> shell_;
