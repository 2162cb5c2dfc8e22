// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/reference_ledger.h"

#include "kernel/error.h"
#include "plugins/storage-postgres/migrations.h"

#include <algorithm>
#include <charconv>

namespace latchkey::pg {

namespace {

constexpr std::size_t kChecksumDigits = 96;   // SHA-384
constexpr std::size_t kAlternateDigits = 32;  // MAS compares the first 16 bytes of these only

std::int64_t number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) throw Error("migration ledger: not a version: " + std::string(text));
    return value;
}

// Calls take(fields) for each line but the first.
template <typename Take>
void eachLine(std::string_view text, std::size_t fields, Take&& take) {
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        std::vector<std::string_view> parts;
        for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
            parts.push_back(line.substr(0, tab));
            line.remove_prefix(tab + 1);
        }
        parts.push_back(line);
        if (parts.size() != fields) throw Error("migration ledger: a line has not " + std::to_string(fields) + " fields");
        take(parts);
    }
}

void requireDigits(std::string_view text, std::size_t digits) {
    if (text.size() != digits) throw Error("migration ledger: not a checksum: " + std::string(text));
}

}  // namespace

ReferenceLedger::ReferenceLedger(std::string_view rows, std::string_view alternates) {
    eachLine(rows, 3, [&](const auto& fields) {
        requireDigits(fields[2], kChecksumDigits);
        rows_.push_back({number(fields[0]), std::string(fields[1]), std::string(fields[2])});
        expected_.emplace(rows_.back().version, rows_.size() - 1);
    });
    if (rows_.empty()) throw Error("migration ledger: no rows");
    eachLine(alternates, 2, [&](const auto& fields) {
        requireDigits(fields[1], kAlternateDigits);
        alternates_.emplace(number(fields[0]), fields[1]);
    });
}

ReferenceLedger::Verdict ReferenceLedger::judge(std::int64_t version, std::string_view checksum) const {
    if (row(version).checksum == checksum) return Verdict::same;
    const auto [begin, end] = alternates_.equal_range(version);
    if (begin == end) return Verdict::modified;
    if (checksum.size() < kAlternateDigits) return Verdict::tooShort;
    const bool accepted = std::any_of(begin, end, [&](const auto& each) { return checksum.starts_with(each.second); });
    return accepted ? Verdict::accepted : Verdict::modified;
}

bool ReferenceLedger::removed(std::int64_t version) {
    return version == 20220709210445 || version == 20230330210841 || version == 20230408110421;
}

const std::vector<std::string>& referenceTables() {
    static const std::vector<std::string> tables = {
        "_sqlx_migrations", "compat_access_tokens", "compat_refresh_tokens", "compat_sessions", "compat_sso_logins",
        "oauth2_access_tokens", "oauth2_authorization_grants", "oauth2_clients", "oauth2_device_code_grant",
        "oauth2_refresh_tokens", "oauth2_sessions", "personal_access_tokens", "personal_sessions", "policy_data",
        "queue_jobs", "queue_leader", "queue_schedules", "queue_workers", "upstream_oauth_authorization_sessions",
        "upstream_oauth_links", "upstream_oauth_providers", "user_email_authentication_codes", "user_email_authentications",
        "user_emails", "user_passwords", "user_recovery_sessions", "user_recovery_tickets", "user_registration_tokens",
        "user_registrations", "user_session_authentications", "user_sessions", "user_terms",
        "user_unsupported_third_party_ids", "users",
    };
    return tables;
}

const MigrationSet& MigrationSet::shipped() {
    static const ReferenceLedger ledger(kReferenceLedger, kReferenceAlternates);
    static const MigrationSet set{kBaseline, ledger, ownMigrations()};
    return set;
}

}  // namespace latchkey::pg
