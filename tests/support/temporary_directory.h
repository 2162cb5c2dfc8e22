// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace latchkey::test {

/// A new directory below $TMPDIR or /tmp that everybody may enter; removed with the object.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    /// Writes a file there and returns its path.
    std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) const;

private:
    std::string path_;
};

std::string readText(const std::string& file);

}  // namespace latchkey::test
