// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

namespace latchkey::pg {

class Pool;

class PoolMetrics final : public MetricsSource {
public:
    explicit PoolMetrics(const Pool& pool) : pool_(pool) {}
    void collect(MetricsWriter& writer) const override;

private:
    const Pool& pool_;
};

}  // namespace latchkey::pg
