// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/oauth2/oauth_error.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::oauth2 {

/// What a client says of itself when it registers (RFC 7591 §2), each member of the right type and in its normal form. Localized
/// members have their tag in the name, e.g. `client_name#de`.
class ClientMetadata {
public:
    /// Throws invalid_request for what is not one JSON object, invalid_client_metadata for members of the wrong shape. Unknown members
    /// are ignored, and so is null.
    static ClientMetadata parse(const std::string& json);

    const std::string* text(std::string_view name) const;  ///< texts and URLs; nullptr: not there
    const std::vector<std::string>* list(std::string_view name) const;
    bool has(std::string_view name) const { return text(name) != nullptr || list(name) != nullptr || raws_.contains(name); }
    std::optional<std::string> value(std::string_view name) const;
    std::optional<std::string> keys() const;        ///< `jwks`
    bool grants(std::string_view grantType) const;  ///< by default authorization_code (RFC 7591 §2)
    /// `name` and its variants in other languages, with their names.
    std::vector<std::pair<std::string, std::string>> inAllLanguages(std::string_view name) const;

    /// Compact JSON of all members, in the order of kMetadataFields, lists sorted.
    std::string canonical() const { return json(false); }
    /// The same of the members that this server keeps.
    std::string kept() const { return json(true); }

    void set(const std::string& name, std::string text) { texts_[name] = std::move(text); }
    void set(const std::string& name, std::vector<std::string> list) { lists_[name] = std::move(list); }

private:
    friend class MetadataReader;
    std::string json(bool keptOnly) const;
    void appendMember(std::string& out, std::string_view name) const;

    std::map<std::string, std::string, std::less<>> texts_;
    std::map<std::string, std::vector<std::string>, std::less<>> lists_;
    std::map<std::string, std::string, std::less<>> raws_;  // JSON: flags, numbers, key sets
};

OAuthError invalidMetadata(std::string description);     ///< 400 invalid_client_metadata
OAuthError invalidRedirectUri(std::string description);  ///< 400 invalid_redirect_uri

}  // namespace latchkey::oauth2
