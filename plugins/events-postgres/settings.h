// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"

#include <optional>

namespace latchkey::config {
class Section;
}

namespace latchkey::events_postgres {

/// The section `events.postgres`.
struct ArchiveSettings {
    bool enabled = false;
    std::optional<Duration> retention = Duration::seconds(90 * 86'400);  ///< nothing: forever

    static ArchiveSettings parse(const config::Section& root);
};

}  // namespace latchkey::events_postgres
