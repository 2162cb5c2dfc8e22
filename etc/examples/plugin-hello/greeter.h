// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {
class Store;
namespace config {
class Section;
}
}  // namespace latchkey

namespace hello {

/// The section `hello:`.
struct Settings {
    std::string greeting = "Hello";
    bool loud = false;

    /// `root` is the root of the configuration. Whatever is wrong is noted there, with file and line; nothing is thrown.
    static Settings parse(const latchkey::config::Section& root);
};

/// What the plugin does, free of HTTP and command line, so that both use it and a test needs neither.
class Greeter {
public:
    explicit Greeter(latchkey::Store& store, Settings settings);

    std::string everybody() const;
    /// Nothing if there is no such user.
    std::optional<std::string> user(std::string_view name) const;

private:
    std::string greet(std::string_view whom) const;

    latchkey::Store& store_;
    Settings settings_;
};

}  // namespace hello
