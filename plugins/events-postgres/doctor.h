// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/event_archive.h"
#include "kernel/plugin.h"

namespace latchkey::events_postgres {

/// Can events be read back?
class ArchiveCheck final : public DoctorCheck {
public:
    explicit ArchiveCheck(EventArchive& archive) : archive_(archive) {}
    std::string name() const override { return "events: postgres"; }
    void run(Report& report) override;

private:
    EventArchive& archive_;
};

}  // namespace latchkey::events_postgres
