// SPDX-License-Identifier: Apache-2.0
#include "plugins/client-sync/sync.h"

#include "domain/clock.h"
#include "domain/event_sink.h"
#include "domain/oauth2/client_repository.h"
#include "kernel/log.h"
#include "plugins/client-sync/json_text.h"

#include <algorithm>

namespace latchkey::clients {

namespace {

constexpr std::int64_t kLock = -5367755461526268618;  // MAS takes the same

const log::Logger& logger() {
    static const log::Logger logger("client-sync");
    return logger;
}

struct Wanted {
    Client client;
    std::optional<std::string> secret;
    std::string metadata;
};

std::vector<Wanted> readAll(const std::vector<StaticClient>& clients, const Encrypter* encrypter) {
    std::vector<Wanted> all;
    for (const StaticClient& each : clients) {
        all.push_back({each.client, each.readSecret(), each.metadata()});
        if (all.back().secret && encrypter == nullptr) throw Error(each.path + ": there is no key to encrypt its secret with: see secrets.encryption");
    }
    return all;
}

class Sync {
public:
    Sync(ClientRepository& repository, const Encrypter* encrypter, SyncMode mode) : repository_(repository), encrypter_(encrypter), mode_(mode) {}

    SyncResult run(std::vector<Wanted> wanted) {
        const std::vector<Client> known = repository_.allStatic();
        for (const Client& client : known) {
            if (std::ranges::find(wanted, client.id, [](const Wanted& each) { return each.client.id; }) == wanted.end()) surplus(client);
        }
        for (Wanted& each : wanted) {
            const auto found = std::ranges::find(known, each.client.id, &Client::id);
            bring(std::move(each), found == known.end() ? nullptr : &*found);
        }
        return result_;
    }

private:
    void surplus(const Client& client) {
        if (!mode_.prune) {
            ++result_.left;
            return logger().warn("client.left", "a static client is no longer in the configuration: `mas-cli config sync --prune` removes it", {{"client_id", client.clientId()}});
        }
        ++result_.removed;
        say("client.removed", "removes a static client", client);
        if (mode_.dryRun) return;
        if (const std::int64_t ended = repository_.remove(client.id).value_or(0); ended > 0) result_.endedSessions.emplace(client.id, ended);
    }

    void bring(Wanted wanted, const Client* known) {
        if (known != nullptr && takeUnchanged(wanted, *known)) {
            ++result_.unchanged;
            return;
        }
        if (wanted.secret && !wanted.client.encryptedSecret) wanted.client.encryptedSecret = encrypter_->encrypt(*wanted.secret);
        ++(known != nullptr ? result_.updated : result_.added);
        if (known == nullptr && repository_.find(wanted.client.id)) say("client.made_static", "a registered client becomes a static one", wanted.client);
        else say(known != nullptr ? "client.updated" : "client.added", known != nullptr ? "updates a static client" : "adds a static client", wanted.client);
        if (mode_.dryRun) return;
        repository_.upsertStatic(wanted.client, currentTime());
        if (!keepsMetadata(wanted)) repository_.setRegistration(wanted.client.id, {"", wanted.metadata}, currentTime());  // an empty digest is no token's
    }

    // Takes over of `known` what says the same in other letters: each encryption of a secret looks different.
    bool takeUnchanged(Wanted& wanted, const Client& known) const {
        Client& client = wanted.client;
        if (wanted.secret && known.encryptedSecret && encrypter_->decrypt(*known.encryptedSecret) == wanted.secret) client.encryptedSecret = known.encryptedSecret;
        if (wanted.secret && !client.encryptedSecret) return false;
        if (client.jwks && known.jwks && sameJson(*client.jwks, *known.jwks)) client.jwks = known.jwks;
        return client == known && keepsMetadata(wanted);
    }

    bool keepsMetadata(const Wanted& wanted) const {
        const auto kept = repository_.registration(wanted.client.id);
        return sameJson(kept ? kept->metadata : "{}", wanted.metadata);
    }

    void say(const char* event, const std::string& what, const Client& client) const {
        logger().info(event, mode_.dryRun ? "dry run: " + what : what, {{"client_id", client.clientId()}});
    }

    ClientRepository& repository_;
    const Encrypter* encrypter_;
    const SyncMode mode_;
    SyncResult result_;
};

void tell(Events* events, const SyncResult& result) {
    for (const auto& [client, sessions] : result.endedSessions) {
        emit(events, EventKind::sessionEnded, [&](Event& event) {
            event.actor = EventActor::administrator;
            event.via = "config sync";
            event.reason = "client_removed";
            event.clientId = client;
            event.count = sessions;
        });
    }
}

}  // namespace

SyncResult syncClients(Store& store, const Encrypter* encrypter, const std::vector<StaticClient>& clients, SyncMode mode, Events* events) {
    std::vector<Wanted> wanted = readAll(clients, encrypter);
    const auto work = store.begin();
    work->lock(kLock);
    const SyncResult result = Sync(work->clients(), encrypter, mode).run(std::move(wanted));
    if (mode.dryRun) return result;
    work->commit();
    tell(events, result);
    return result;
}

}  // namespace latchkey::clients
