// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/storage-postgres/config.h"

namespace latchkey::pg {

class Pool;

/// Refuses to serve behind a pooler that breaks sessions. Runs before the migrations.
class PoolerTask final : public StartupTask {
public:
    explicit PoolerTask(const ConnectOptions& options) : options_(options) {}
    void run(const Arguments& serverArguments) override;

private:
    const ConnectOptions& options_;
};

/// Opens the pool, so that a wrong setting ends the start and not the first request. Runs after the migrations.
class OpenPoolTask final : public StartupTask {
public:
    explicit OpenPoolTask(Pool& pool) : pool_(pool) {}
    void run(const Arguments& serverArguments) override;

private:
    Pool& pool_;
};

}  // namespace latchkey::pg
