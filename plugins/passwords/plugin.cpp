// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/passwords/doctor.h"
#include "plugins/passwords/generator.h"

namespace latchkey::passwords {

class PasswordsPlugin final : public Plugin {
public:
    void declare(Declarations& declarations) override { declarations.generator(generator_); }

    void configure(const config::Section& root) override { config_ = PasswordConfig::parse(root); }

    void start(Services& services) override {
        config_.readPeppers();
        hasher_ = std::make_unique<SchemeHasher>(config_);
        check_ = std::make_unique<PasswordCheck>(*hasher_);
        services.offer<PasswordHasher>(*hasher_);
        services.offer<MetricsSource>(*hasher_);
        services.offer<DoctorCheck>(*check_);
    }

    void stop() noexcept override {
        check_.reset();
        hasher_.reset();
    }

private:
    PasswordsGenerator generator_;
    PasswordConfig config_;
    std::unique_ptr<SchemeHasher> hasher_;
    std::unique_ptr<PasswordCheck> check_;
};

}  // namespace latchkey::passwords

LATCHKEY_PLUGIN(latchkey::passwords::PasswordsPlugin, "passwords", latchkey::kVersion, "Hashes and checks passwords by the schemes of `passwords:`")
