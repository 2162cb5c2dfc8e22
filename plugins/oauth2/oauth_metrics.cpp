// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/oauth_metrics.h"

namespace latchkey::oauth2 {

namespace {

using Type = MetricsWriter::Type;

constexpr std::array<std::string_view, 5> kGrantTypeNames = {"authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code", "unsupported"};
constexpr std::array<std::string_view, 6> kKindNames = {"oauth2_access_token", "oauth2_refresh_token", "compat_access_token",
                                                        "compat_refresh_token", "personal_access_token", "unknown"};
constexpr std::array<std::string_view, 3> kRegistrationNames = {"created", "reused", "denied"};
/// The values of a label for no and yes.
using Words = std::array<std::string_view, 2>;

template <class Table, class Names>
void samples(MetricsWriter& writer, std::string_view name, const Table& table, const Names& names, std::string_view label,
             std::string_view outcome, const Words& words) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (const bool yes : {false, true}) {
            const auto count = table[i].of[yes].load(std::memory_order_relaxed);
            writer.sample(name, static_cast<double>(count), {{label, names[i]}, {outcome, words[yes]}});
        }
    }
}

}  // namespace

void OAuthMetrics::tokenRequest(std::string_view grantType, bool successful) noexcept {
    std::size_t row = 0;
    while (row + 1 < kGrantTypes && kGrantTypeNames[row] != grantType) ++row;
    tokenRequests_[row].of[successful].fetch_add(1, std::memory_order_relaxed);
}

void OAuthMetrics::introspection(Kind kind, bool active) noexcept {
    introspections_[static_cast<std::size_t>(kind)].of[active].fetch_add(1, std::memory_order_relaxed);
}

void OAuthMetrics::collect(MetricsWriter& writer) const {
    writer.metric("mas_oauth2_token_request_total", Type::counter, "Token requests of clients that proved who they are");
    samples(writer, "mas_oauth2_token_request_total", tokenRequests_, kGrantTypeNames, "grant_type", "successful", {"error", "success"});
    writer.metric("mas_oauth2_introspection_request_total", Type::counter, "Tokens that somebody who may do so asked about");
    samples(writer, "mas_oauth2_introspection_request_total", introspections_, kKindNames, "kind", "active", {"false", "true"});
    writer.metric("mas_oauth2_registration_request_total", Type::counter, "Clients that asked to be registered");
    for (std::size_t i = 0; i < kRegistrationNames.size(); ++i) {
        const auto count = registrations_[i].load(std::memory_order_relaxed);
        writer.sample("mas_oauth2_registration_request_total", static_cast<double>(count), {{"result", kRegistrationNames[i]}});
    }
}

}  // namespace latchkey::oauth2
