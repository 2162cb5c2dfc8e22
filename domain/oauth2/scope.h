// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

// Scope tokens that this server gives a meaning to.
inline constexpr std::string_view kScopeOpenId = "openid";
inline constexpr std::string_view kScopeEmail = "email";
inline constexpr std::string_view kScopeProfile = "profile";
inline constexpr std::string_view kScopeApiStable = "urn:matrix:client:api:*";
inline constexpr std::string_view kScopeApiUnstable = "urn:matrix:org.matrix.msc2967.client:api:*";
inline constexpr std::string_view kScopeDeviceStable = "urn:matrix:client:device:";
inline constexpr std::string_view kScopeDeviceUnstable = "urn:matrix:org.matrix.msc2967.client:device:";
inline constexpr std::string_view kScopeAdmin = "urn:mas:admin";
inline constexpr std::string_view kScopeSynapseAdmin = "urn:synapse:admin:*";

/// A set of scope tokens (RFC 6749 §3.3), kept unique and in byte order.
class LATCHKEY_API Scope {
public:
    Scope() = default;
    /// The tokens as given, sorted; for what the database holds.
    explicit Scope(std::vector<std::string> tokens);

    /// Tokens separated by exactly one blank; nothing if malformed or empty. At most 4096 bytes.
    static std::optional<Scope> parse(std::string_view text);

    bool empty() const noexcept { return tokens_.empty(); }
    bool contains(std::string_view token) const noexcept;
    /// Every token of `other` is in this scope.
    bool covers(const Scope& other) const noexcept;
    const std::vector<std::string>& tokens() const noexcept { return tokens_; }
    std::string text() const;  ///< joined by blanks

    /// With a scope of administrators: kScopeAdmin or kScopeSynapseAdmin.
    bool administers() const noexcept { return contains(kScopeAdmin) || contains(kScopeSynapseAdmin); }
    Scope withoutAdmin() const;

    /// The Matrix device ids of device tokens of either family, unique, in order.
    std::vector<std::string> deviceIds() const;
    /// For introspection: an API or device token of one family (stable, unstable) stands for both.
    Scope normalized() const;

    bool operator==(const Scope&) const = default;

private:
    std::vector<std::string> tokens_;
};

}  // namespace latchkey
