// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::passwords {

/// A hash in the PHC string format: $id[$v=19][$key=number,…]$salt$hash, salt and hash in unpadded base64.
struct Phc {
    std::string id;
    std::optional<std::uint32_t> version;
    std::vector<std::pair<std::string, std::uint32_t>> parameters;
    std::string salt;  ///< decoded
    std::string hash;  ///< decoded

    static std::optional<Phc> parse(std::string_view text);
    std::string text() const;
    std::optional<std::uint32_t> parameter(std::string_view name) const;
};

}  // namespace latchkey::passwords
