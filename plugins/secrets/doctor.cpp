// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/doctor.h"

#include "domain/jose/key_set.h"
#include "kernel/error.h"
#include "plugins/secrets/loading.h"

#include <set>
#include <sys/stat.h>

namespace latchkey::secrets {

namespace {

// Of the 32 bytes of a random key about 30 are distinct; fewer than twelve never happen by chance.
bool looksRandom(const std::string& hexKey) {
    std::set<std::string> bytes;
    for (std::size_t i = 0; i + 1 < hexKey.size(); i += 2) bytes.insert(hexKey.substr(i, 2));
    return bytes.size() >= 12;
}

std::string algorithmNames(const jose::KeySet& keys) {
    std::string names;
    for (const jose::Algorithm each : keys.algorithms()) names += (names.empty() ? "" : ", ") + std::string(jose::algorithmName(each));
    return names.empty() ? "nothing" : names;
}

void checkIds(const jose::KeySet& keys, DoctorCheck::Report& report) {
    std::set<std::string> seen;
    for (const jose::Key& key : keys.keys()) {
        if (!seen.insert(key.kid()).second) report.warn("two signing keys have the id " + key.kid(), "remove one of them, or give it a `kid` of its own");
    }
}

void checkMode(const std::string& file, DoctorCheck::Report& report) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return;  // named already, as it cannot be read
    const std::string cure = "chmod o-rwx " + file;
    if ((info.st_mode & S_IWOTH) != 0) report.fail(file + " can be changed by everybody on this machine", cure);
    else if ((info.st_mode & S_IROTH) != 0 && !S_ISDIR(info.st_mode)) report.warn(file + " can be read by everybody on this machine", cure);
}

}  // namespace

void SecretsCheck::run(Report& report) {
    encryption(report);
    keys(report);
    files(report);
}

void SecretsCheck::encryption(Report& report) const {
    try {
        if (looksRandom(readEncryptionKey(config_))) report.ok("encryption key");
        else report.warn("secrets.encryption is not random", "on a new deployment take `openssl rand -hex 32`; on one with users it cannot be changed without losing what is encrypted");
    } catch (const Error& error) {
        report.fail(error.what(), "without it nobody can log in, and client secrets cannot be read");
    }
}

void SecretsCheck::keys(Report& report) const {
    try {
        const jose::KeySet set(readKeys(config_));
        report.ok(std::to_string(set.keys().size()) + " signing keys, for " + algorithmNames(set));
        if (set.signingKey(jose::Algorithm::rs256) == nullptr) {
            report.fail("no signing key can do RS256, which OpenID Connect asks of every server", "openssl genrsa -out rsa.pem 2048, and name it under secrets.keys (`- key_file: rsa.pem`)");
        }
        checkIds(set, report);
    } catch (const Error& error) {
        report.fail(error.what(), "the server does not start with it: mend or remove it");
    }
}

void SecretsCheck::files(Report& report) const {
    if (config_.encryption.file) checkMode(*config_.encryption.file, report);
    for (const KeyConfig& key : config_.keys) {
        if (key.key.file) checkMode(*key.key.file, report);
        if (key.password.file) checkMode(*key.password.file, report);
    }
    if (!config_.keysDir) return;
    checkMode(*config_.keysDir, report);
    try {
        for (const std::string& file : keyFilesIn(*config_.keysDir)) checkMode(file, report);
    } catch (const Error&) {
        // keys() has said so
    }
}

}  // namespace latchkey::secrets
