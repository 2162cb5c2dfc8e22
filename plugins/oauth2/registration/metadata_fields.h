// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace latchkey::oauth2 {

/// What a member of a client's metadata holds.
enum class FieldKind { text, url, keys, flag, seconds, urls, texts, responseTypes, grantTypes, localizedText, localizedUrl };

/// A member that the standards define (RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2 and extensions).
struct MetadataField {
    std::string_view name;
    FieldKind kind;
    bool kept = false;  ///< this server acts on it: it becomes part of the registration. The others are checked and dropped.

    bool localized() const { return kind == FieldKind::localizedText || kind == FieldKind::localizedUrl; }
};

/// In the order of the text whose digest finds a client that was registered with the same metadata. The reference has the same.
inline constexpr MetadataField kMetadataFields[] = {
    {"redirect_uris", FieldKind::urls, true},
    {"response_types", FieldKind::responseTypes, true},
    {"grant_types", FieldKind::grantTypes, true},
    {"application_type", FieldKind::text, true},
    {"contacts", FieldKind::texts, true},
    {"jwks_uri", FieldKind::url, true},
    {"jwks", FieldKind::keys, true},
    {"software_id", FieldKind::text, true},
    {"software_version", FieldKind::text, true},
    {"sector_identifier_uri", FieldKind::url},
    {"subject_type", FieldKind::text},
    {"token_endpoint_auth_method", FieldKind::text, true},
    {"token_endpoint_auth_signing_alg", FieldKind::text, true},
    {"id_token_signed_response_alg", FieldKind::text, true},
    {"id_token_encrypted_response_alg", FieldKind::text},
    {"id_token_encrypted_response_enc", FieldKind::text},
    {"userinfo_signed_response_alg", FieldKind::text, true},
    {"userinfo_encrypted_response_alg", FieldKind::text},
    {"userinfo_encrypted_response_enc", FieldKind::text},
    {"request_object_signing_alg", FieldKind::text},
    {"request_object_encryption_alg", FieldKind::text},
    {"request_object_encryption_enc", FieldKind::text},
    {"default_max_age", FieldKind::seconds, true},
    {"require_auth_time", FieldKind::flag, true},
    {"default_acr_values", FieldKind::texts},
    {"initiate_login_uri", FieldKind::url, true},
    {"request_uris", FieldKind::urls},
    {"require_signed_request_object", FieldKind::flag},
    {"require_pushed_authorization_requests", FieldKind::flag, true},
    {"introspection_signed_response_alg", FieldKind::text},
    {"introspection_encrypted_response_alg", FieldKind::text},
    {"introspection_encrypted_response_enc", FieldKind::text},
    {"post_logout_redirect_uris", FieldKind::urls, true},
    {"client_name", FieldKind::localizedText, true},
    {"logo_uri", FieldKind::localizedUrl, true},
    {"client_uri", FieldKind::localizedUrl, true},
    {"policy_uri", FieldKind::localizedUrl, true},
    {"tos_uri", FieldKind::localizedUrl, true},
};

}  // namespace latchkey::oauth2
