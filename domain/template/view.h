// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace latchkey::templates {

/// What a template is given, by name. A page gives every name that its template uses, in every case: false where there is nothing.
class View {
public:
    using Value = std::variant<bool, std::string, std::vector<View>>;

    View& set(std::string name, std::string value) { return put(std::move(name), std::move(value)); }
    View& set(std::string name, const char* value) { return put(std::move(name), std::string(value)); }
    View& set(std::string name, bool value) { return put(std::move(name), value); }
    View& set(std::string name, std::vector<View> items) { return put(std::move(name), std::move(items)); }
    View& set(std::string name, std::optional<std::string> value) {
        return value ? put(std::move(name), std::move(*value)) : put(std::move(name), false);
    }
    View& add(const View& other) {
        values_.insert(values_.end(), other.values_.begin(), other.values_.end());
        return *this;
    }
    const std::vector<std::pair<std::string, Value>>& values() const { return values_; }

private:
    View& put(std::string name, Value value) {
        values_.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    std::vector<std::pair<std::string, Value>> values_;
};

}  // namespace latchkey::templates
