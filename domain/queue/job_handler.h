// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/export.h"

#include <string>
#include <string_view>
#include <utility>

namespace latchkey {

/// How a run of a job ended.
struct JobOutcome {
    enum class Kind {
        done,
        retry,   ///< again after 5 s, 10 s, 20 s …, eleven runs in all
        failed,  ///< never again
    };
    Kind kind = Kind::done;
    std::string reason = {};  ///< kept with the job, for an administrator: no secrets

    static JobOutcome done() { return {}; }
    static JobOutcome retry(std::string reason) { return {Kind::retry, std::move(reason)}; }
    static JobOutcome failed(std::string reason) { return {Kind::failed, std::move(reason)}; }
};

/// The job that runs.
class LATCHKEY_API JobContext {
public:
    virtual ~JobContext();
    virtual const Ulid& id() const = 0;  ///< differs for every run
    virtual int attempt() const = 0;     ///< 0 at the first run
    /// The handler's soft time limit is over, or the process stops: end soon. Thread-safe.
    virtual bool cancelled() const noexcept = 0;
};

/// Runs the jobs of one queue. A plugin offers one service of this kind per queue; queues that nobody offers are left to other workers.
class LATCHKEY_API JobHandler {
public:
    static constexpr const char* kService = "domain.JobHandler/1";
    virtual ~JobHandler();
    virtual std::string_view queue() const = 0;
    /// Zero: none. Past it JobContext::cancelled() is true.
    virtual Duration softLimit() const { return {}; }
    /// `payload` is JSON as it was enqueued. A job may run more than once (a process died), also at the same time: make it idempotent.
    /// Called on several threads. What it throws counts as retry.
    virtual JobOutcome run(std::string_view payload, const JobContext& context) = 0;
};

}  // namespace latchkey
