// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin.h"

namespace latchkey {

Plugin::~Plugin() = default;
Declarations::~Declarations() = default;
Amendment::~Amendment() = default;
ProcessControl::~ProcessControl() = default;
StartupTask::~StartupTask() = default;
Reloadable::~Reloadable() = default;
ReadyListener::~ReadyListener() = default;
DoctorCheck::Report::~Report() = default;
DoctorCheck::~DoctorCheck() = default;

}  // namespace latchkey
