// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "kernel/log.h"
#include "plugins/secrets/config.h"
#include "tests/domain/jose/vectors.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cctype>

namespace latchkey::secrets {

inline constexpr const char* kEncryption = "00112233445566778899aabbccddeeff0123456789abcdef0f1e2d3c4b5a6978";

/// A directory for key files, and the section `secrets` read from text.
class SecretsFixture : public CppUnit::TestFixture {
public:
    void setUp() override { log::setSink([](std::string_view line, void* into) { static_cast<std::string*>(into)->append(line).append("\n"); }, &logged_); }
    void tearDown() override { log::setSink(nullptr, nullptr); }

protected:
    config::Section root(const std::string& yaml) {
        tree_ = {};
        problems_ = {};
        tree_.merge(config::parseYaml(yaml, "config.yaml", problems_));
        return {tree_, problems_};
    }
    /// `members`: of the section, one per line, without indentation, beside the encryption key.
    Config parse(const std::string& members) {
        const Config config = Config::parse(root("secrets:\n  encryption: " + std::string(kEncryption) + "\n" + indented(members, 2)));
        CPPUNIT_ASSERT_MESSAGE(problems_.failed() ? problems_.errors()[0] : "", !problems_.failed());
        return config;
    }
    static std::string indented(const std::string& text, std::size_t by) {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            out += std::string(by, ' ') + text.substr(at, end - at) + "\n";
            at = end + 1;
        }
        return out;
    }
    static void holds(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE("`" + part + "` is missing in:\n" + text, text.find(part) != std::string::npos); }
    static void equal(const std::string& expected, const std::string& actual) { CPPUNIT_ASSERT_EQUAL(expected, actual); }
    template <typename Step>
    static std::string failure(Step step) {
        try {
            step();
        } catch (const Error& error) {
            return error.what();
        }
        return "did not fail";
    }

    const test::TemporaryDirectory directory_;
    config::Tree tree_;
    config::Problems problems_;
    std::string logged_;
};

}  // namespace latchkey::secrets
