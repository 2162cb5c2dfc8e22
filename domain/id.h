// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "kernel/export.h"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// A ULID (48-bit milliseconds, 80 random bits), stored as PostgreSQL uuid: 16 bytes, big-endian, so that order is order of
/// creation. Text form: 26 characters of Crockford's base 32, upper case.
struct LATCHKEY_API Ulid {
    std::array<std::uint8_t, 16> bytes{};

    static Ulid make(Instant now, const std::array<std::uint8_t, 10>& random);
    /// Either case; I, L, O and U are refused, and so is a first character above 7 (it would overflow 128 bits).
    static std::optional<Ulid> parse(std::string_view text);
    /// `01890a5d-ac96-774b-bcce-b302099a8057`, as PostgreSQL writes and reads uuid.
    static std::optional<Ulid> parseUuid(std::string_view text);

    std::string text() const;
    std::string uuid() const;
    Instant time() const;  ///< millisecond precision
    /// The low 64 bits as PostgreSQL bigint: the key of the advisory lock "device sync of this user".
    std::int64_t low64() const;

    auto operator<=>(const Ulid&) const = default;
};

}  // namespace latchkey
