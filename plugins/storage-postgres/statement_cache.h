// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace latchkey::pg {

/// Which statements one connection has prepared: names, the least recently used last. Not thread-safe.
class StatementCache {
public:
    explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

    bool enabled() const { return capacity_ > 0; }

    /// Whether it is prepared; if so it counts as used now.
    bool use(std::string_view name);
    /// The one that must go before another can be prepared.
    std::optional<std::string> surplus() const;
    void add(std::string_view name);
    void forget(std::string_view name);
    void clear();
    std::size_t size() const { return byName_.size(); }

private:
    std::size_t capacity_;
    std::list<std::string> byUse_;
    std::unordered_map<std::string_view, std::list<std::string>::iterator> byName_;  // keys live in byUse_
};

}  // namespace latchkey::pg
