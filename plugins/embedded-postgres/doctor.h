// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/embedded-postgres/binaries.h"
#include "plugins/embedded-postgres/data_directory.h"

#include <string>

namespace latchkey::embedded {

/// `mas-cli doctor` on the embedded database: directory, version, whether it runs, room on the disk.
class EmbeddedCheck final : public DoctorCheck {
public:
    EmbeddedCheck(Paths paths, Binaries binaries, std::string user) : paths_(std::move(paths)), binaries_(std::move(binaries)), user_(std::move(user)) {}
    std::string name() const override { return "embedded PostgreSQL"; }
    void run(Report& report) override;

private:
    void directory(Report& report) const;
    void process(Report& report) const;
    void room(Report& report) const;

    const Paths paths_;
    const Binaries binaries_;
    const std::string user_;
};

}  // namespace latchkey::embedded
