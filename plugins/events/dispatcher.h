// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"
#include "plugins/events/sink_queue.h"

#include <atomic>
#include <memory>
#include <vector>

namespace latchkey::events {

/// Gives every event to every sink, through a queue each.
class Dispatcher final : public Events, public MetricsSource {
public:
    /// `unknownNames`: keep what was typed as the name of an account that does not exist. It may be a password in the wrong field.
    Dispatcher(const std::vector<EventSink*>& sinks, bool unknownNames, QueueLimits limits = {});

    void emit(Event event) noexcept override;
    void lost() noexcept override { ++lost_; }
    void collect(MetricsWriter& writer) const override;
    void drain(const Deadline& deadline) noexcept;
    void stop() noexcept;

private:
    void tidy(Event& event) const;

    const bool unknownNames_;
    std::atomic<std::uint64_t> lost_{0};
    std::vector<std::atomic<std::uint64_t>> emitted_;
    std::vector<std::unique_ptr<SinkQueue>> queues_;
};

}  // namespace latchkey::events
