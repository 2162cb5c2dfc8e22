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
    enum class Kind { access, refresh, other };
    void introspection(Kind kind, bool active) noexcept;

    void collect(MetricsWriter& writer) const override;

private:
    static constexpr std::size_t kGrantTypes = 5;  // the last one: any other
    struct Outcomes {
        std::array<std::atomic<std::uint64_t>, 2> of{};
    };
    std::array<Outcomes, kGrantTypes> tokenRequests_{};
    std::array<Outcomes, 3> introspections_{};
};

}  // namespace latchkey::oauth2
