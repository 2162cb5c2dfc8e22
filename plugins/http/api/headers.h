// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::http {

/// Header fields in the order received or added. Names compare without regard to case (RFC 9110 §5.1).
class LATCHKEY_API Headers {
public:
    using Field = std::pair<std::string, std::string>;

    /// The value of the first field of that name.
    std::optional<std::string_view> get(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
    bool has(std::string_view name) const { return get(name).has_value(); }
    void add(std::string name, std::string value);
    /// Replaces all fields of that name by one.
    void set(std::string_view name, std::string value);
    void remove(std::string_view name);

    std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
    std::vector<Field>::const_iterator end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }
    void clear() { fields_.clear(); }

private:
    std::vector<Field> fields_;
};

bool LATCHKEY_API equalIgnoringCase(std::string_view a, std::string_view b) noexcept;

}  // namespace latchkey::http
