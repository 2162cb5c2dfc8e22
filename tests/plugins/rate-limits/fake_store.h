// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"
#include "domain/store.h"

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

class FakeWork final : public UnitOfWork, private RateLimitRepository {
public:
    explicit FakeWork(FakeTable& table) : table_(table), fullAt_(table.fullAt) {}

    RateLimitRepository& rateLimits() override { return *this; }
    void commit() override {
        table_.fullAt = fullAt_;
        ++table_.committed;
    }

    UserRepository& users() override { return none<UserRepository>(); }
    UserEmailRepository& emails() override { return none<UserEmailRepository>(); }
    UserPasswordRepository& passwords() override { return none<UserPasswordRepository>(); }
    RegistrationTokenRepository& registrationTokens() override { return none<RegistrationTokenRepository>(); }
    BrowserSessionRepository& browserSessions() override { return none<BrowserSessionRepository>(); }
    ClientRepository& clients() override { return none<ClientRepository>(); }
    AuthorizationGrantRepository& authorizationGrants() override { return none<AuthorizationGrantRepository>(); }
    DeviceCodeGrantRepository& deviceCodeGrants() override { return none<DeviceCodeGrantRepository>(); }
    OAuthSessionRepository& oauthSessions() override { return none<OAuthSessionRepository>(); }
    TokenRepository& tokens() override { return none<TokenRepository>(); }
    ActivityRepository& activities() override { return none<ActivityRepository>(); }
    JobRepository& jobs() override { return none<JobRepository>(); }
    void lock(std::int64_t) override { throw std::logic_error("the limiter takes no lock"); }

private:
    template <typename Repository>
    Repository& none() {
        throw std::logic_error("the limiter uses one repository only");
    }

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
    void ping() override {}

private:
    FakeTable& table_;
};

}  // namespace latchkey::limits::test
