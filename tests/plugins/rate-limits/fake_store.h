// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/store.h"
#include "tests/support/unused_work.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace latchkey::limits::test {

/// What a database would hold, with a clock that is set by hand. Changes count when they are committed.
struct FakeTable {
    std::map<std::string, std::int64_t> fullAt;  ///< microseconds
    std::int64_t now = 0;
    int begun = 0, committed = 0, pruned = 0;
    std::int64_t prunable = 0;
    bool away = false;
};

class FakeWork final : public latchkey::test::UnusedWork, private RateLimitRepository {
public:
    explicit FakeWork(FakeTable& table) : table_(table), fullAt_(table.fullAt) {}

    RateLimitRepository& rateLimits() override { return *this; }
    void commit() override {
        table_.fullAt = fullAt_;
        ++table_.committed;
    }

private:
    std::optional<Duration> take(std::string_view key, const RateLimit& limit) override {
        std::int64_t& fullAt = fullAt_[std::string(key)];
        const std::int64_t next = std::max(fullAt, table_.now) + limit.interval.us;
        const std::int64_t over = next - table_.now - limit.interval.us * limit.burst;
        if (over > 0) return Duration{over};
        fullAt = next;
        return std::nullopt;
    }
    std::int64_t prune(std::int64_t most) override {
        ++table_.pruned;
        const std::int64_t gone = std::min(most, table_.prunable);
        table_.prunable -= gone;
        return gone;
    }

    FakeTable& table_;
    std::map<std::string, std::int64_t> fullAt_;
};

class FakeStore final : public Store {
public:
    explicit FakeStore(FakeTable& table) : table_(table) {}
    std::unique_ptr<UnitOfWork> begin() override {
        if (table_.away) throw StorageDown("the database is away");
        ++table_.begun;
        return std::make_unique<FakeWork>(table_);
    }
    std::unique_ptr<UnitOfWork> reading() override { return begin(); }
    void ping() override {}

private:
    FakeTable& table_;
};

}  // namespace latchkey::limits::test
