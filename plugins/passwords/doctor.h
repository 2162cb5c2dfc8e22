// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/passwords/hasher.h"

namespace latchkey::passwords {

/// What to do where a check by this scheme (as it describes itself) takes too long.
std::string cureOfSlowness(std::string_view scheme);

/// `mas-cli doctor` about what a log-in costs.
class PasswordCheck final : public DoctorCheck {
public:
    explicit PasswordCheck(SchemeHasher& hasher) : hasher_(hasher) {}
    std::string name() const override { return "Passwords"; }
    void run(Report& report) override;

private:
    SchemeHasher& hasher_;
};

}  // namespace latchkey::passwords
