// SPDX-License-Identifier: Apache-2.0
#include "tests/support/secret_watch.h"

#include "domain/crypto/encoding.h"
#include "domain/token/token_format.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace latchkey::test {

namespace {

constexpr std::size_t kShortest = 8;

// Fields of forms, queries and JSON that are secrets, and of configurations (with whatever stands before).
constexpr std::string_view kFields[] = {
    "password",      "password_confirm", "current_password", "new_password",  "new_password_again", "client_secret", "client_assertion",
    "code",          "code_verifier",    "device_code",      "user_code",     "access_token",       "refresh_token", "token",
    "id_token",      "id_token_hint",    "login_token",      "loginToken",    "csrf",               "ticket",        "registration_access_token"};
constexpr std::string_view kKeys[] = {"secret", "password", "encryption", "token", "secret_key", "pepper"};

bool isPlain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::islower(c) != 0 || c == '_' || c == '-'; });
}

bool isCode(std::string_view text) {
    return text.size() == 6 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool isWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Not the fraction of a second, a part of an address or of an id.
bool standsAlone(std::string_view text, std::size_t begin, std::size_t end) {
    const auto joins = [](char c) { return isWordCharacter(c) || c == '.' || c == ':' || c == '-'; };
    return (begin == 0 || !joins(text[begin - 1])) && (end >= text.size() || !joins(text[end]));
}

std::uint64_t beginning(std::string_view text) {
    std::uint64_t number = 0;
    static_assert(sizeof number == kShortest);
    std::memcpy(&number, text.data(), kShortest);
    return number;
}

std::string_view until(std::string_view text, std::size_t from, std::string_view ends) {
    return text.substr(from, text.find_first_of(ends, from) - from);
}

std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            plain += static_cast<char>(byte);
            i += 2;
        } else {
            plain += text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

template <typename Visit>
void forEachPlace(std::string_view text, std::string_view what, Visit visit) {
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) visit(at, at + what.size());
}

}  // namespace

SecretWatch& SecretWatch::shared() {
    static SecretWatch watch;
    return watch;
}

void SecretWatch::note(std::string_view secret) {
    if (!isCode(secret) && (secret.size() < kShortest || isPlain(secret))) return;
    const std::lock_guard lock(mutex_);
    (isCode(secret) ? codes_ : secrets_).emplace(secret);
}

void SecretWatch::noteFields(std::string_view text) {
    for (const std::string_view field : kFields) {
        forEachPlace(text, field, [&](std::size_t begin, std::size_t end) {
            if ((begin > 0 && isWordCharacter(text[begin - 1])) || end >= text.size()) return;
            if (text[end] == '=') {  // of a form or a query
                const std::string_view value = until(text, end + 1, "&# \r\n\"'<");
                note(value);
                note(decoded(value));
            }
            if (text.substr(end, 2) == "\":") {  // of JSON
                const std::size_t quote = text.find_first_not_of(' ', end + 2);
                if (quote != std::string_view::npos && text[quote] == '"') note(until(text, quote + 1, "\"\\"));
            }
            if (text.substr(end, 9) == "\" value=\"") note(until(text, end + 9, "\""));  // of a form's field
        });
    }
}

void SecretWatch::noteRequest(std::string_view bytes) {
    forEachPlace(bytes, "Authorization: ", [&](std::size_t, std::size_t end) {
        const std::string_view value = until(bytes, end, "\r\n");
        const std::string_view credentials = value.substr(std::min(value.find(' '), value.size() - 1) + 1);
        note(credentials);
        if (!value.starts_with("Basic ")) return;
        const std::string plain = fromBase64(credentials).value_or("");
        note(std::string_view(plain).substr(std::min(plain.find(':') + 1, plain.size())));
    });
    forEachPlace(bytes, "Cookie: ", [&](std::size_t, std::size_t end) {
        const std::string_view cookies = until(bytes, end, "\r\n");
        forEachPlace(cookies, "=", [&](std::size_t, std::size_t value) { note(until(cookies, value, "; ")); });
    });
    noteFields(bytes);
}

void SecretWatch::noteAnswer(std::string_view bytes) {
    forEachPlace(bytes, "set-cookie: ", [&](std::size_t, std::size_t end) {
        const std::string_view cookie = until(bytes, end, ";\r\n");
        note(cookie.substr(std::min(cookie.find('=') + 1, cookie.size())));
    });
    noteFields(bytes);
}

void SecretWatch::noteConfiguration(std::string_view yaml) {
    for (const std::string_view key : kKeys) {
        forEachPlace(yaml, std::string(key) + ": ", [&](std::size_t, std::size_t end) {
            const std::size_t begin = yaml.find_first_not_of("'\" ", end);
            if (begin != std::string_view::npos) note(until(yaml, begin, "'\",}\n"));
        });
    }
    forEachPlace(yaml, "://", [&](std::size_t, std::size_t end) {
        const std::string_view authority = until(yaml, end, "/?#'\", \n");
        const auto colon = authority.find(':'), at = authority.find('@');
        if (colon < at && at != std::string_view::npos) note(authority.substr(colon + 1, at - colon - 1));
    });
}

std::vector<std::string> SecretWatch::in(std::string_view log) const {
    constexpr std::size_t kToken = 41;
    std::vector<std::string> found;
    for (const std::string_view prefix : {"mat_", "mar_", "mct_", "mcr_", "mpt_"}) {
        forEachPlace(log, prefix, [&](std::size_t begin, std::size_t) {
            if (tokenKind(log.substr(begin, kToken))) found.emplace_back(log.substr(begin, kToken));
        });
    }
    const std::lock_guard lock(mutex_);
    std::unordered_multimap<std::uint64_t, const std::string*> byBeginning;  // one pass, however many secrets a test has
    for (const std::string& secret : secrets_) byBeginning.emplace(beginning(secret), &secret);
    std::set<std::string_view> known;
    for (std::size_t at = 0; at + kShortest <= log.size(); ++at) {
        const auto [first, last] = byBeginning.equal_range(beginning(log.substr(at, kShortest)));
        for (auto each = first; each != last; ++each) {
            if (log.substr(at).starts_with(*each->second) && known.insert(*each->second).second) found.push_back(*each->second);
        }
    }
    return found;
}

std::vector<std::string> SecretWatch::codesIn(std::string_view log) const {
    std::vector<std::string> found;
    const std::lock_guard lock(mutex_);
    for (const std::string& code : codes_) {
        bool any = false;
        forEachPlace(log, code, [&](std::size_t begin, std::size_t end) { any |= standsAlone(log, begin, end); });
        if (any) found.push_back(code);
    }
    return found;
}

void SecretWatch::judgeLog(std::string_view what, std::string_view log) {
    judge(what, log);
    report(what, log, codesIn(log));
}

void SecretWatch::judge(std::string_view what, std::string_view text) { report(what, text, in(text)); }

void SecretWatch::report(std::string_view what, std::string_view log, const std::vector<std::string>& found) {
    for (const std::string& each : found) {
        const std::size_t at = log.find(each), line = log.rfind('\n', at) + 1;
        const std::lock_guard lock(mutex_);
        findings_ += std::string(what) + " wrote the secret `" + each + "`: ";
        findings_ += std::string(log.substr(line, log.find('\n', at) - line)) + "\n";
    }
}

std::string SecretWatch::takeFindings() {
    const std::lock_guard lock(mutex_);
    return std::exchange(findings_, {});
}

void SecretWatch::forget() {
    const std::lock_guard lock(mutex_);
    secrets_.clear();
    codes_.clear();
    findings_.clear();
}

}  // namespace latchkey::test
