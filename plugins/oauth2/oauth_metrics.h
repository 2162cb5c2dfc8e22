// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/metrics.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace latchkey::oauth2 {

/// Counts what clients ask for, under the reference's names. Thread-safe.
class OAuthMetrics final : public MetricsSource {
public:
    void tokenRequest(std::string_view grantType, bool successful) noexcept;
    enum class Kind { access, refresh, compatAccess, compatRefresh, personalAccess, other };
    void introspection(Kind kind, bool active) noexcept;
    /// Of a client: made, the same as one that is there, or refused.
    enum class Registration { created, reused, denied };
    void registration(Registration outcome) noexcept { ++registrations_[static_cast<std::size_t>(outcome)]; }

    void collect(MetricsWriter& writer) const override;

private:
    static constexpr std::size_t kGrantTypes = 5;  // the last one: any other
    struct Outcomes {
        std::array<std::atomic<std::uint64_t>, 2> of{};
    };
    std::array<Outcomes, kGrantTypes> tokenRequests_{};
    std::array<Outcomes, 6> introspections_{};
    std::array<std::atomic<std::uint64_t>, 3> registrations_{};
};

}  // namespace latchkey::oauth2
