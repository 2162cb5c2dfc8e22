// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/storage-postgres/secret_file.h"

#include <atomic>
#include <mutex>
#include <optional>

namespace latchkey::pg {

/// What connections to one target share.
struct ConnectState {
    /// The last attempt succeeded. Poco's connector leaks a socket for each failed attempt, so while this is false an attempt is
    /// made with libpq alone first.
    std::atomic<bool> proven{false};

    /// Secrets as files that libpq can read; made at the first use.
    std::mutex mutex;
    std::optional<SecretFile> password;
    std::optional<SecretFile> ca;
    std::optional<SecretFile> certificate;
    std::optional<SecretFile> key;
};

}  // namespace latchkey::pg
