// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace latchkey::account {

/// A file that pages refer to. Its name holds a digest of its content, so that it can be kept for ever.
struct Asset {
    std::string name;  ///< "style.3f2a9c01be.css"
    std::string type;
    std::string etag;
    std::shared_ptr<const std::string> content;

    static Asset make(std::string_view file, std::string_view content);
};

}  // namespace latchkey::account
