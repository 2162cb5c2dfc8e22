// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/store.h"
#include "plugins/client-sync/static_clients.h"

#include <map>
#include <vector>

namespace latchkey {
class Events;
}

namespace latchkey::clients {

struct SyncMode {
    bool prune = false;   ///< remove static clients that the configuration no longer has
    bool dryRun = false;  ///< say what would be done, and do nothing
};

/// What was done, or would be.
struct SyncResult {
    int added = 0, updated = 0, unchanged = 0, removed = 0, left = 0;
    std::map<Ulid, std::int64_t> endedSessions;  ///< by removed client, if there were any
};

/// Brings the static clients of the database in line with the configuration, in one transaction; one at a time per database, MAS
/// included. Only what differs is written. Secret files are read before anything else, with `dryRun` as well.
/// `encrypter` may be nullptr if there is no usable key: an error as soon as a client has a secret. `events` is told of the sessions
/// that ended with a client.
SyncResult syncClients(Store& store, const Encrypter* encrypter, const std::vector<StaticClient>& clients, SyncMode mode, Events* events = nullptr);

}  // namespace latchkey::clients
