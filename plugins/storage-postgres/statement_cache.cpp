// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/statement_cache.h"

namespace latchkey::pg {

bool StatementCache::use(std::string_view name) {
    const auto found = byName_.find(name);
    if (found == byName_.end()) return false;
    byUse_.splice(byUse_.begin(), byUse_, found->second);
    return true;
}

std::optional<std::string> StatementCache::surplus() const {
    if (byName_.empty() || byName_.size() < capacity_) return std::nullopt;
    return byUse_.back();
}

void StatementCache::add(std::string_view name) {
    if (use(name)) return;
    byUse_.emplace_front(name);
    byName_.emplace(byUse_.front(), byUse_.begin());
}

void StatementCache::forget(std::string_view name) {
    const auto found = byName_.find(name);
    if (found == byName_.end()) return;
    const auto entry = found->second;
    byName_.erase(found);
    byUse_.erase(entry);
}

void StatementCache::clear() {
    byName_.clear();
    byUse_.clear();
}

}  // namespace latchkey::pg
