// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <pwd.h>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace latchkey::test {

namespace fs = std::filesystem;

namespace {

const fs::path kSystem = "/usr/lib/postgresql";

fs::path downloaded() {
    if (const char* set = std::getenv("LATCHKEY_PG_DIR"); set != nullptr && *set != '\0') return set;
    if (::geteuid() == 0) return "/var/cache/latchkey/postgres";  // user postgres may not look into /root
    const char* home = std::getenv("HOME");
    return fs::path(home == nullptr ? "/nonexistent" : home) / ".cache/latchkey/postgres";
}

void collect(const fs::path& root, std::map<int, std::string>& found) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(root, ignored)) {
        const int major = std::atoi(entry.path().filename().c_str());
        const fs::path bin = entry.path() / "bin";
        if (major > 0 && fs::exists(bin / "initdb", ignored) && fs::exists(bin / "postgres", ignored)) found.emplace(major, bin.string());
    }
}

bool wanted(int major) {
    const char* list = std::getenv("LATCHKEY_PG_MAJORS");
    if (list == nullptr || *list == '\0') return true;
    std::istringstream words(list);
    for (int each = 0; words >> each;) {
        if (each == major) return true;
    }
    return false;
}

}  // namespace

std::vector<PostgresInstallation> postgresInstallations() {
    std::map<int, std::string> found;
    collect(kSystem, found);
    collect(downloaded(), found);
    std::vector<PostgresInstallation> result;
    for (const auto& [major, bin] : found) {
        if (wanted(major)) result.push_back({major, bin});
    }
    return result;
}

std::optional<PostgresInstallation> defaultPostgres() {
    const auto all = postgresInstallations();
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        if (each->bin.starts_with(kSystem.string())) return *each;
    }
    return all.empty() ? std::nullopt : std::optional(all.back());
}

bool postgresAvailable() {
    if (defaultPostgres()) return true;
    const char* skip = std::getenv("LATCHKEY_SKIP_PG");
    if (skip == nullptr || std::string(skip) != "1") {
        throw std::runtime_error("no PostgreSQL server is installed: apt-get install postgresql, or run tests/support/install-postgres-majors, or set LATCHKEY_SKIP_PG=1");
    }
    static const bool said = std::fputs("\nSKIPPED: tests that need PostgreSQL, because LATCHKEY_SKIP_PG=1 and none is installed\n", stderr) >= 0;
    return !said;
}

std::optional<uid_t> postgresUser() {
    if (::geteuid() != 0) return std::nullopt;
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* entry = ::getpwnam(name)) return entry->pw_uid;
    }
    throw std::runtime_error("tests that need PostgreSQL run as root, and there is neither a user postgres nor nobody");
}

}  // namespace latchkey::test
