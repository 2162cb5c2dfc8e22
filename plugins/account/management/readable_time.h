// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"

#include <optional>
#include <string>

namespace latchkey::account {

/// "2026-11-25 12:37 UTC": the same for every language, and nobody takes the month for the day.
std::string readableTime(Instant at);
std::optional<std::string> readableTime(const std::optional<Instant>& at);

}  // namespace latchkey::account
