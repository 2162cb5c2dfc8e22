// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/jose/key_set.h"
#include "kernel/log.h"
#include "kernel/plugin.h"
#include "plugins/secrets/config.h"

#include <memory>
#include <mutex>
#include <string>

namespace latchkey::secrets {

/// The signing keys. SIGHUP reads `keys_dir` and the files of `keys` again: either all of them are taken or, if one cannot be
/// used, none, and the old ones go on.
class FileKeyStore final : public jose::KeyStore, public Reloadable {
public:
    explicit FileKeyStore(Config config) : config_(std::move(config)) {}

    /// Throws Error if they have never been read.
    std::shared_ptr<const jose::KeySet> keys() const override;
    void reload() override;

private:
    void report(const jose::KeySet* before, const jose::KeySet& after) const;

    const Config config_;
    const log::Logger log_{"secrets"};
    mutable std::mutex mutex_;
    std::shared_ptr<const jose::KeySet> keys_;
};

}  // namespace latchkey::secrets
