// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace latchkey::config {

/// What `config dump` prints instead of a secret; refused as one, since a file that was made of a dump would have it as a password.
inline constexpr char kRedacted[] = "<redacted>";

/// A string that cannot be printed by accident: no stream operator, no conversion. reveal() is easy to search for.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    const std::string& reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

}  // namespace latchkey::config
