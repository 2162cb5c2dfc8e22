// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/matrix_settings.h"
#include "kernel/plugin.h"

namespace latchkey::homeserver {

/// Whether the homeserver takes our calls.
class HomeserverCheck final : public DoctorCheck {
public:
    HomeserverCheck(Homeserver& homeserver, MatrixSettings settings) : homeserver_(homeserver), settings_(std::move(settings)) {}
    std::string name() const override { return "homeserver"; }
    void run(Report& report) override;

private:
    void names(Report& report) const;
    void calls(Report& report) const;
    Homeserver& homeserver_;
    const MatrixSettings settings_;
};

}  // namespace latchkey::homeserver
