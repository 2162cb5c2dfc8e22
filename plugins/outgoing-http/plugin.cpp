// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/jose/remote_key_sets.h"
#include "kernel/config/section.h"
#include "kernel/services.h"
#include "plugins/outgoing-http/curl_http.h"

namespace latchkey::outgoing {

class OutgoingHttpPlugin final : public Plugin {
public:
    void configure(const config::Section& root) override { config_ = OutgoingConfig::parse(root); }

    void start(Services& services) override {
        config_.readEnvironment();
        http_ = std::make_unique<CurlHttp>(config_);
        keySets_ = std::make_unique<jose::RemoteKeySets>(*http_);
        services.offer<OutgoingHttp>(*http_);
        services.offer<jose::RemoteKeySets>(*keySets_);
    }

    void stop() noexcept override {
        keySets_.reset();
        http_.reset();
    }

private:
    OutgoingConfig config_;
    std::unique_ptr<CurlHttp> http_;
    std::unique_ptr<jose::RemoteKeySets> keySets_;
};

}  // namespace latchkey::outgoing

LATCHKEY_PLUGIN(latchkey::outgoing::OutgoingHttpPlugin, "outgoing-http", latchkey::kVersion, "Requests to other servers, bounded in time, size and reach")
