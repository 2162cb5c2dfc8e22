// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace latchkey::pg {

class Connection;
struct HardenedColumn;

/// Turns the texts of OAuth tokens and codes into digests (domain/token/token_digest.h), on a database that is in use: a short
/// transaction per batch, without waiting for anybody's row locks. Whatever was done stays done; run it again to go on.
class Harden {
public:
    using Progress = std::function<void(const std::string& table, std::int64_t done, std::int64_t left)>;
    explicit Harden(Connection& connection, std::int64_t batch = 1'000) : connection_(connection), batch_(batch) {}

    /// From here on, everybody writes digests. Returns when no transaction is left that may write a plain text. Throws StorageBusy
    /// if one does not end for a minute.
    void switchToDigests();
    /// Returns how many texts were changed, of all tables.
    std::int64_t convert(const Progress& progress);
    /// How many plain texts are left, of all tables.
    std::int64_t plainTexts();

private:
    std::int64_t convert(const HardenedColumn& column, const Progress& progress);
    std::int64_t pass(const HardenedColumn& column, std::int64_t before, std::int64_t left, const Progress& progress);

    Connection& connection_;
    const std::int64_t batch_;
};

}  // namespace latchkey::pg
