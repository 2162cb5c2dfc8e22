// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

namespace latchkey::metrics {

/// The process as the kernel sees it (proc(5)), under the names that Prometheus' own client libraries use.
class ProcessMetrics final : public MetricsSource {
public:
    void collect(MetricsWriter& writer) const override;
};

}  // namespace latchkey::metrics
