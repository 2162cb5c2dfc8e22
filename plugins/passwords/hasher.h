// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/password_hasher.h"
#include "kernel/metrics.h"
#include "plugins/passwords/hashing_pool.h"
#include "plugins/passwords/scheme.h"

namespace latchkey::passwords {

/// The schemes of the configuration in a pool of their own.
class SchemeHasher final : public PasswordHasher, public MetricsSource {
public:
    static constexpr std::size_t kLongestPassword = 4096;  ///< bytes

    /// The peppers must have been read.
    explicit SchemeHasher(const PasswordConfig& config);

    bool enabled() const noexcept override { return enabled_; }
    /// Throws Error for an empty password or one of more than kLongestPassword bytes. Checked, such ones match nothing.
    Hash hash(std::string_view password) override;
    Verification verify(std::string_view password, std::string_view hash, int version) override;
    void pretend(std::string_view password) override;
    bool complexEnough(std::string_view password) const override;
    int strength(std::string_view password) const override;
    void collect(MetricsWriter& writer) const override;

    struct Timing {
        int version;
        std::string description;
        double milliseconds;
    };
    /// How long one hash of each scheme takes.
    std::vector<Timing> measure();

private:
    struct Versioned {
        int version;
        bool normalize;
        std::unique_ptr<Scheme> scheme;
        std::string hash(std::string_view password) const;
        bool matches(std::string_view password, const std::string& hash) const;
    };
    const Versioned& current() const;
    const Versioned& ofVersion(int version) const;

    const bool enabled_;
    const int minimumComplexity_;
    std::vector<Versioned> schemes_;  // by version, highest last
    std::string decoy_;
    HashingPool pool_;
};

}  // namespace latchkey::passwords
