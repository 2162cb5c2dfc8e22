// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/binaries.h"

#include "kernel/error.h"
#include "plugins/embedded-postgres/account.h"
#include "plugins/embedded-postgres/child.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <vector>

namespace latchkey::embedded {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDebianRoot = "/usr/lib/postgresql";

bool complete(const fs::path& directory) {
    return ::access((directory / "initdb").c_str(), X_OK) == 0 && ::access((directory / "postgres").c_str(), X_OK) == 0;
}

std::optional<int> leadingNumber(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 1) return std::nullopt;
    return number;
}

std::optional<std::string> newestOfDebian() {
    std::error_code ignored;
    int best = 0;
    for (const auto& entry : fs::directory_iterator(kDebianRoot, ignored)) {
        const int major = leadingNumber(entry.path().filename().string()).value_or(0);
        if (major > best && complete(entry.path() / "bin")) best = major;
    }
    if (best == 0) return std::nullopt;
    return std::string(kDebianRoot) + "/" + std::to_string(best) + "/bin";
}

// The directory itself, also where PATH holds a symbolic link to the program: initdb looks for its data next to it.
std::optional<std::string> inPath() {
    const char* path = std::getenv("PATH");
    std::string rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        const fs::path directory = rest.substr(0, colon);
        rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
        if (!directory.is_absolute() || !complete(directory)) continue;
        std::error_code ignored;
        return fs::canonical(directory / "postgres", ignored).parent_path().string();
    }
    return std::nullopt;
}

std::string locate(const std::optional<std::string>& binDir, std::optional<int> clusterMajor) {
    if (binDir) {
        if (complete(*binDir)) return fs::absolute(*binDir).string();
        throw Error("database.embedded.bin_dir: there are no initdb and postgres to run in " + *binDir);
    }
    if (clusterMajor) {
        const std::string matching = std::string(kDebianRoot) + "/" + std::to_string(*clusterMajor) + "/bin";
        if (complete(matching)) return matching;
    }
    if (auto found = newestOfDebian()) return *found;
    if (auto found = inPath()) return *found;
    throw Error("an embedded database needs PostgreSQL's server programs, and there are none in /usr/lib/postgresql/*/bin or PATH: "
                "install them (on Debian: apt-get install postgresql" + (clusterMajor ? "-" + std::to_string(*clusterMajor) : "") +
                "), or name their directory in database.embedded.bin_dir");
}

// "postgres (PostgreSQL) 15.14 (Debian …)", "… 18beta1"
int majorOf(const std::string& directory) {
    const std::string text = runToEnd({{directory + "/postgres", "--version"}, "/", 0}, {"", ::geteuid(), ::getegid(), {}}, {});
    const auto at = text.find(") ");
    const auto major = at == std::string::npos ? std::nullopt : leadingNumber(text.substr(at + 2));
    if (!major) throw Error(directory + "/postgres --version says something unexpected: " + text);
    return *major;
}

[[noreturn]] void mismatch(int cluster, const Binaries& found, const std::string& dataDir) {
    const std::string was = std::to_string(cluster);
    const std::string is = std::to_string(found.major);
    throw Error("the database in " + dataDir + " was made by PostgreSQL " + was + ", and what is found here is PostgreSQL " + is + " (" + found.directory +
                ").\nEither install PostgreSQL " + was + " again (on Debian: apt-get install postgresql-" + was + ", which is then found by itself)" +
                (cluster < found.major ? ", or move the data over with both installed: pg_dump of " + was + " and restore into a new directory, or pg_upgrade on " +
                                             dataDir + "/pgdata"
                                       : "; a cluster cannot go back to an older version") +
                ".");
}

}  // namespace

std::optional<int> clusterMajor(const std::string& pgdata) {
    std::ifstream file(pgdata + "/PG_VERSION");
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    const auto major = leadingNumber(line);
    if (!major) throw Error(pgdata + "/PG_VERSION does not hold a version number: this is no PostgreSQL cluster");
    return major;
}

Binaries findBinaries(const std::optional<std::string>& binDir, std::optional<int> cluster, const std::string& dataDir) {
    Binaries binaries{locate(binDir, cluster), 0};
    binaries.major = majorOf(binaries.directory);
    if (cluster && *cluster != binaries.major) mismatch(*cluster, binaries, dataDir);
    return binaries;
}

}  // namespace latchkey::embedded
