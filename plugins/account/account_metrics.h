// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace latchkey::account {

/// Counts what people do on the pages, under the reference's names. Thread-safe.
class AccountMetrics final : public MetricsSource {
public:
    /// Of a log-in with a password: `mismatch` is a wrong name or password, `error` everything else that stops it.
    enum class PasswordLogin { success, error, mismatch };
    void passwordLogin(PasswordLogin result) noexcept { ++passwordLogins_[static_cast<std::size_t>(result)]; }
    /// Somebody has registered with a password.
    void passwordRegistration() noexcept { ++passwordRegistrations_; }

    void collect(MetricsWriter& writer) const override;

private:
    std::array<std::atomic<std::uint64_t>, 3> passwordLogins_{};
    std::atomic<std::uint64_t> passwordRegistrations_{0};
};

}  // namespace latchkey::account
