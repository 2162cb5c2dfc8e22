// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/key_store.h"

#include "kernel/error.h"
#include "plugins/secrets/loading.h"

#include <algorithm>

namespace latchkey::secrets {

namespace {

// The ids of the keys that `these` has and `those` has not.
std::string idsOnlyIn(const jose::KeySet& these, const jose::KeySet* those) {
    std::string ids;
    for (const jose::Key& key : these.keys()) {
        const auto same = [&](const jose::Key& other) { return other.kid() == key.kid(); };
        if (those != nullptr && std::any_of(those->keys().begin(), those->keys().end(), same)) continue;
        ids += (ids.empty() ? "" : ",") + key.kid();
    }
    return ids;
}

}  // namespace

std::shared_ptr<const jose::KeySet> FileKeyStore::keys() const {
    const std::lock_guard lock(mutex_);
    if (!keys_) throw Error("the signing keys (secrets.keys, secrets.keys_dir) could not be read: the log says why");
    return keys_;
}

void FileKeyStore::reload() {
    auto read = std::make_shared<const jose::KeySet>(readKeys(config_));
    std::shared_ptr<const jose::KeySet> before;
    {
        const std::lock_guard lock(mutex_);
        before = std::exchange(keys_, read);
    }
    report(before.get(), *read);
}

void FileKeyStore::report(const jose::KeySet* before, const jose::KeySet& after) const {
    const std::string added = idsOnlyIn(after, before);
    const std::string removed = before == nullptr ? "" : idsOnlyIn(*before, &after);
    if (before != nullptr && added.empty() && removed.empty()) return;
    log_.info("secrets.keys_read", "read the signing keys", {{"keys", after.keys().size()}, {"added", added}, {"removed", removed}});
}

}  // namespace latchkey::secrets
