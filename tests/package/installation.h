// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <string>
#include <vector>

namespace latchkey::package {

inline constexpr int kLong = 300'000;  // only a hang takes that
inline const std::string kEncryption = "9f3ab1c44de05577a1b2c3d4e5f60718293a4b5c6d7e8f900112233445566778";

/// What `cmake --install --prefix` made, and plugin-hello built with it. Once per test binary.
class Installation {
public:
    static const Installation& shared();

    std::string prefix() const { return directory_ / "prefix"; }
    std::string lib() const;
    std::string example(const std::string& name) const { return prefix() + "/share/latchkey/examples/" + name; }
    /// hello.so, as the example's own CMakeLists.txt builds it.
    std::string hello() const { return directory_ / "hello/build/hello.so"; }
    /// The example's only with other flags or headers, as `directory()/name/hello.so`; returns that path.
    std::string build(const std::string& name, const std::vector<std::string>& flags) const;
    const test::TemporaryDirectory& directory() const { return directory_; }

    /// The installed mas-cli, as it is started without anything that points at the build tree.
    test::Launch masCli(const std::vector<std::string>& arguments, const std::string& workingDirectory) const;
    test::Finished run(const std::vector<std::string>& arguments) const;

private:
    Installation();
    test::TemporaryDirectory directory_;
};

/// Runs a program to its end; the test fails unless it ends with 0.
test::Finished must(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment = {});

void requireHolds(const std::string& text, const std::string& part);
void requireLacks(const std::string& text, const std::string& part);
void requireCode(int expected, const test::Finished& finished);

}  // namespace latchkey::package
