// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::jose {

/// The claims of a JWT (RFC 7519 §4), read strictly: a member of another type counts as absent.
class LATCHKEY_API Claims {
public:
    /// Empty if it is no JSON object (depth at most 16).
    static Claims parse(std::string_view json);
    ~Claims();
    Claims(Claims&&) noexcept;

    bool has(std::string_view name) const;
    std::optional<std::string> text(std::string_view name) const;
    /// Seconds since 1970; fractions are cut.
    std::optional<std::int64_t> time(std::string_view name) const;
    /// A string, or a list of strings.
    std::vector<std::string> textOrList(std::string_view name) const;

private:
    Claims();
    struct Impl;  // keeps Poco's JSON out of the header
    std::unique_ptr<Impl> impl_;
};

}  // namespace latchkey::jose
