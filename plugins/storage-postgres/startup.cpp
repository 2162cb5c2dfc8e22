// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/startup.h"

#include "domain/store.h"
#include "kernel/log.h"
#include "plugins/storage-postgres/pool.h"
#include "plugins/storage-postgres/pooler.h"
#include "plugins/storage-postgres/server_facts.h"

namespace latchkey::pg {

namespace {

const log::Logger& logger() {
    static const log::Logger logger("storage-postgres");
    return logger;
}

}  // namespace

void PoolerTask::run(const Arguments&) {
    const PoolerVerdict verdict = detectPooler(options_);
    if (verdict.breaksSessions()) throw StorageError(poolerAdvice(verdict));
    if (verdict.kind == PoolerKind::unknown) logger().warn("db.pooler_unknown", "cannot tell whether the pooler passes sessions through: make sure that its mode is session", {{"evidence", verdict.evidence}});
    else logger().debug("db.pooler", poolerName(verdict.kind), {{"evidence", verdict.evidence}});
}

void OpenPoolTask::run(const Arguments&) {
    pool_.open();
    const Lease lease = pool_.acquire();
    // One statement less at the start of every server that is new enough.
    if (lease->serverVersion() >= kOldestTestedVersion) return;
    logger().warn("db.old_version", oldVersionWarning(readServerFacts(*lease)));
}

}  // namespace latchkey::pg
