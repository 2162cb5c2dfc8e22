// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/crypto/encrypter.h"
#include "kernel/services.h"
#include "plugins/captcha-pow/proof_of_work_step.h"

#include <optional>

namespace latchkey::pow {

class CaptchaPowPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { settings_ = Settings::parse(root); }
    void start(Services& services) override {
        if (!settings_.enabled) return;
        step_.emplace(services.need<Encrypter>(), settings_);
        services.offer<RegistrationStep>(*step_);
    }

private:
    Settings settings_;
    std::optional<ProofOfWorkStep> step_;
};

}  // namespace latchkey::pow

LATCHKEY_PLUGIN(latchkey::pow::CaptchaPowPlugin, "captcha-pow", latchkey::kVersion, "Makes browsers work before they register: a captcha without a third party")
