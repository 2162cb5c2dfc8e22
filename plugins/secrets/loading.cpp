// SPDX-License-Identifier: Apache-2.0
#include "plugins/secrets/loading.h"

#include "domain/crypto/encrypter.h"
#include "kernel/error.h"

#include <algorithm>
#include <filesystem>

namespace latchkey::secrets {

namespace fs = std::filesystem;

namespace {

using config::Section;

// As it is: neither keys nor passwords are trimmed.
std::string text(const std::string& where, const Section::InlineOrFile& setting) {
    return setting.value ? setting.value->reveal() : config::readFile(where + "_file", setting.file.value_or(""));
}

std::string place(const std::string& where, const Section::InlineOrFile& setting) {
    return setting.file ? where + "_file: " + *setting.file : where + ":";
}

jose::Key readListed(const KeyConfig& source) {
    const std::string key = text(source.where + ".key", source.key);
    std::optional<std::string> password;
    if (source.password.given()) password = text(source.where + ".password", source.password);
    try {
        const jose::Key read = jose::Key::parsePrivate(key, password);
        return source.kid && !source.kid->empty() ? read.withKid(*source.kid) : read;
    } catch (const Error& error) {
        const bool newline = source.password.file && password->ends_with('\n');
        throw Error(place(source.where + ".key", source.key) + " " + error.what() +
                    (newline ? " (the newline at the end of " + *source.password.file + " is taken as a part of the password)" : ""));
    }
}

jose::Key readFromDirectory(const std::string& file) {
    const std::string key = config::readFile("secrets.keys_dir", file);
    try {
        return jose::Key::parsePrivate(key);
    } catch (const Error& error) {
        throw Error("secrets.keys_dir: " + file + " " + error.what());
    }
}

// Reads on after a key that cannot be used, so that all of them are named at once.
class Collector {
public:
    template <typename Read>
    void add(Read read) {
        attempt([&] { keys_.push_back(read()); });
    }
    template <typename Step>
    void attempt(Step step) {
        try {
            step();
        } catch (const Error& error) {
            problems_ += (problems_.empty() ? "" : "\n") + std::string(error.what());
        }
    }
    std::vector<jose::Key> result() && {
        if (!problems_.empty()) throw Error(problems_);
        return std::move(keys_);
    }

private:
    std::vector<jose::Key> keys_;
    std::string problems_;
};

}  // namespace

std::string readEncryptionKey(const Config& config) {
    const std::string where = "secrets.encryption";
    std::string key = text(where, config.encryption);
    try {
        const Encrypter usable(key);
    } catch (const Error& error) {
        const char* newline = key.ends_with('\n') ? ". There is a newline at the end: `| tr -d '\\n'` takes it away" : "";
        throw Error(place(where, config.encryption) + " " + error.what() + newline);
    }
    return key;
}

std::vector<std::string> keyFilesIn(const std::string& directory) {
    std::error_code failure;
    std::vector<std::string> files;
    for (fs::directory_iterator at(directory, failure), end; !failure && at != end; at.increment(failure)) {
        std::error_code ignored;
        if (at->is_regular_file(ignored)) files.push_back(at->path().string());
    }
    if (failure) throw Error("secrets.keys_dir: cannot read " + directory + ": " + failure.message());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<jose::Key> readKeys(const Config& config) {
    Collector collector;
    std::vector<std::string> files;
    if (config.keysDir) collector.attempt([&] { files = keyFilesIn(*config.keysDir); });
    for (const std::string& file : files) {
        collector.add([&] { return readFromDirectory(file); });
    }
    for (const KeyConfig& source : config.keys) {
        collector.add([&] { return readListed(source); });
    }
    return std::move(collector).result();
}

}  // namespace latchkey::secrets
