// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/hasher.h"

#include "plugins/passwords/complexity.h"
#include "plugins/passwords/normalize.h"

#include <algorithm>
#include <chrono>

namespace latchkey::passwords {

namespace {

bool hasAcceptableLength(std::string_view password) { return !password.empty() && password.size() <= SchemeHasher::kLongestPassword; }

}  // namespace

SchemeHasher::SchemeHasher(const PasswordConfig& config)
    : enabled_(config.enabled), minimumComplexity_(config.minimumComplexity), pool_(config.enabled ? config.threads : 0, config.queue) {
    for (const SchemeConfig& each : config.schemes) schemes_.push_back({each.version, each.normalize, makeScheme(each)});
    std::sort(schemes_.begin(), schemes_.end(), [](const Versioned& a, const Versioned& b) { return a.version < b.version; });
    if (enabled_) decoy_ = current().scheme->decoy();
}

std::string SchemeHasher::Versioned::hash(std::string_view password) const {
    return normalize ? scheme->hash(nfkc(password).text) : scheme->hash(password);
}

bool SchemeHasher::Versioned::matches(std::string_view password, const std::string& hash) const {
    return normalize ? scheme->matches(nfkc(password).text, hash) : scheme->matches(password, hash);
}

const SchemeHasher::Versioned& SchemeHasher::current() const {
    if (schemes_.empty()) throw Error("passwords are switched off (passwords.enabled)");
    return schemes_.back();
}

const SchemeHasher::Versioned& SchemeHasher::ofVersion(int version) const {
    const auto found = std::find_if(schemes_.begin(), schemes_.end(), [&](const Versioned& each) { return each.version == version; });
    if (found != schemes_.end()) return *found;
    current();
    throw Error("a stored password hash is of version " + std::to_string(version) + ", and passwords.schemes has no scheme of that version");
}

PasswordHasher::Hash SchemeHasher::hash(std::string_view password) {
    const Versioned& scheme = current();
    if (!hasAcceptableLength(password)) throw Error("a password must have 1 to " + std::to_string(kLongestPassword) + " bytes");
    Hash made{{}, scheme.version};
    pool_.run([&] { made.text = scheme.hash(password); });
    return made;
}

PasswordHasher::Verification SchemeHasher::verify(std::string_view password, std::string_view hash, int version) {
    const Versioned& scheme = ofVersion(version);
    Verification result;
    if (!hasAcceptableLength(password)) return result;
    pool_.run([&] {
        if (!scheme.matches(password, std::string(hash))) return;
        result.verdict = Verdict::match;
        if (&scheme != &current()) result.upgraded = Hash{current().hash(password), current().version};
    });
    return result;
}

void SchemeHasher::pretend(std::string_view password) {
    const Versioned& scheme = current();
    if (!hasAcceptableLength(password)) return;
    pool_.run([&] { scheme.matches(password, decoy_); });
}

bool SchemeHasher::complexEnough(std::string_view password) const {
    return hasAcceptableLength(password) && complexity(password) >= minimumComplexity_;
}

int SchemeHasher::strength(std::string_view password) const { return hasAcceptableLength(password) ? complexity(password) : 0; }

std::vector<SchemeHasher::Timing> SchemeHasher::measure() {
    std::vector<Timing> timings;
    for (const Versioned& each : schemes_) {
        const std::string decoy = each.scheme->decoy();
        double milliseconds = 0;
        pool_.run([&] {
            const auto begun = std::chrono::steady_clock::now();
            each.matches("correct horse battery staple", decoy);
            milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
        });
        timings.push_back({each.version, each.scheme->description(), milliseconds});
    }
    return timings;
}

void SchemeHasher::collect(MetricsWriter& writer) const {
    using Type = MetricsWriter::Type;
    const HashingPool::Figures figures = pool_.figures();
    writer.metric("latchkey_password_checks_total", Type::counter, "Passwords hashed or checked.");
    writer.sample("latchkey_password_checks_total", static_cast<double>(figures.done));
    writer.metric("latchkey_password_checks_refused_total", Type::counter, "Requests refused because too many passwords were being checked.");
    writer.sample("latchkey_password_checks_refused_total", static_cast<double>(figures.refused));
    writer.metric("latchkey_password_check_seconds_total", Type::counter, "Time that the hashing threads were at work.");
    writer.sample("latchkey_password_check_seconds_total", static_cast<double>(figures.busyMicroseconds) / 1e6);
    writer.metric("latchkey_password_checks_inside", Type::gauge, "Passwords being checked or waiting for it.");
    writer.sample("latchkey_password_checks_inside", static_cast<double>(figures.inside));
}

}  // namespace latchkey::passwords
