// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/queue/job_handler.h"

namespace latchkey::jobs {

/// Cancelled after so many questions.
class CountingContext final : public JobContext {
public:
    explicit CountingContext(int questions) : left_(questions) {}
    const Ulid& id() const override { return id_; }
    int attempt() const override { return 0; }
    bool cancelled() const noexcept override { return left_-- <= 0; }

private:
    const Ulid id_{};
    mutable int left_;
};

}  // namespace latchkey::jobs
