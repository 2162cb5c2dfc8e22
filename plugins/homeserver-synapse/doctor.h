// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/matrix_settings.h"
#include "kernel/plugin.h"

#include <optional>
#include <string>

namespace latchkey {
class OutgoingHttp;
struct OutgoingResponse;
}  // namespace latchkey

namespace latchkey::synapse {

/// Whether Synapse can be reached, reaches us, and tells clients about us.
class SynapseCheck final : public DoctorCheck {
public:
    struct Settings {
        MatrixSettings matrix;
        std::string issuer;  ///< as clients must see it; empty: not known
        static Settings parse(const config::Section& root);
    };
    SynapseCheck(OutgoingHttp& http, Settings settings) : http_(http), settings_(std::move(settings)) {}
    std::string name() const override { return "synapse"; }
    void run(Report& report) override;

private:
    std::optional<OutgoingResponse> get(Report& report, const std::string& url, const std::string& token, const std::string& cure) const;
    void issuer(Report& report) const;
    std::string wellKnown(Report& report) const;  ///< the address that clients are told; ours if none
    bool versions(Report& report) const;
    void serverName(Report& report) const;
    void reachesUs(Report& report) const;
    void republishes(Report& report) const;
    void loginFlows(Report& report, const std::string& base) const;

    OutgoingHttp& http_;
    const Settings settings_;
};

}  // namespace latchkey::synapse
