// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/user/registration_step.h"
#include "plugins/captcha-pow/challenge.h"
#include "plugins/captcha-pow/settings.h"

namespace latchkey::pow {

/// The browser works for half a second, before anything is mailed. A challenge belongs to one registration, which takes the step once: so
/// it is good for one use.
class ProofOfWorkStep final : public RegistrationStep {
public:
    ProofOfWorkStep(const Encrypter& encrypter, const Settings& settings)
        : difficulty_(settings.difficulty), challenges_(encrypter, settings.difficulty, Duration::seconds(settings.lifetimeSeconds)) {}

    std::string name() const override { return "proof-of-work"; }
    int position() const override { return 50; }
    std::vector<StepFile> files() const override;
    std::vector<StepValues> samples() const override { return {{{"challenge", "x.1.2.y"}, {"difficulty", "18"}}}; }
    StepPage page(const StepVisit& visit) override;
    StepVerdict check(const StepVisit& visit, const StepForm& form) override;

private:
    const int difficulty_;
    const Challenges challenges_;
};

}  // namespace latchkey::pow
