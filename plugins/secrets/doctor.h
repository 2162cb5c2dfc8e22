// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/secrets/config.h"

#include <string>

namespace latchkey::secrets {

/// `mas-cli doctor` on encryption and signing keys: whether they can be read, what they can do, who else can read them.
class SecretsCheck final : public DoctorCheck {
public:
    explicit SecretsCheck(Config config) : config_(std::move(config)) {}
    std::string name() const override { return "secrets"; }
    void run(Report& report) override;

private:
    void encryption(Report& report) const;
    void keys(Report& report) const;
    void files(Report& report) const;

    const Config config_;
};

}  // namespace latchkey::secrets
