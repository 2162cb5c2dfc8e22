// SPDX-License-Identifier: Apache-2.0
#include "domain/crypto/encrypter.h"
#include "kernel/error.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/secrets/doctor.h"
#include "plugins/secrets/generator.h"
#include "plugins/secrets/key_store.h"
#include "plugins/secrets/loading.h"

#include <optional>

namespace latchkey::secrets {

/// Offers the Encrypter and the KeyStore. A secret that cannot be read ends the start of the server, but not that of `doctor`, which
/// is there to explain it, or of `database migrate`, which needs none.
class SecretsPlugin final : public Plugin, private StartupTask {
public:
    void declare(Declarations& declarations) override { declarations.generator(generator_); }

    void configure(const config::Section& root) override { config_ = Config::parse(root); }

    void start(Services& services) override {
        keyStore_.emplace(config_);
        check_.emplace(config_);
        attempt([this] { encrypter_.emplace(readEncryptionKey(config_)); });
        attempt([this] { keyStore_->reload(); });
        if (encrypter_) services.offer<Encrypter>(*encrypter_);
        services.offer<jose::KeyStore>(*keyStore_);
        services.offer<Reloadable>(*keyStore_);
        services.offer<DoctorCheck>(*check_);
        services.offer<StartupTask>(*this);
    }

private:
    template <typename Step>
    void attempt(Step step) {
        try {
            step();
        } catch (const Error& error) {
            log_.error("secrets.unusable", error.what());
            failure_ += (failure_.empty() ? "" : "\n") + std::string(error.what());
        }
    }

    void run(const Arguments&) override {
        if (!failure_.empty()) throw Error(failure_);
        if (keyStore_->keys()->signingKey(jose::Algorithm::rs256) == nullptr) {
            log_.warn("secrets.no_rs256_key", "no signing key can do RS256: clients that follow OpenID Connect will not work");
        }
    }

    const log::Logger log_{"secrets"};
    SecretsGenerator generator_;
    Config config_;
    std::string failure_;
    std::optional<Encrypter> encrypter_;
    std::optional<FileKeyStore> keyStore_;
    std::optional<SecretsCheck> check_;
};

}  // namespace latchkey::secrets

LATCHKEY_PLUGIN(latchkey::secrets::SecretsPlugin, "secrets", latchkey::kVersion, "Reads the keys that encrypt and sign")
