// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace latchkey::compat {

/// Counts what clients ask for, under the reference's names. Thread-safe.
class CompatMetrics final : public MetricsSource {
public:
    enum class Login { password, token, failed };
    enum class Logout { success, error, notSupported };

    void login(Login how) noexcept { ++logins_[static_cast<std::size_t>(how)]; }
    void logout(Logout how) noexcept { ++logouts_[static_cast<std::size_t>(how)]; }
    void logoutAll(Logout how) noexcept { ++logoutAlls_[static_cast<std::size_t>(how)]; }

    void collect(MetricsWriter& writer) const override;

private:
    using Counters = std::array<std::atomic<std::uint64_t>, 3>;
    Counters logins_{};
    Counters logouts_{};
    Counters logoutAlls_{};
};

}  // namespace latchkey::compat
