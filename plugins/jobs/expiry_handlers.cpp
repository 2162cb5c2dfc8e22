// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/expiry_handlers.h"

#include "domain/clock.h"
#include "domain/queue/cleanup_repository.h"
#include "domain/queue/job_payload.h"
#include "domain/queue/job_repository.h"
#include "domain/store.h"
#include "kernel/config/section.h"
#include "plugins/jobs/payload.h"
#include "plugins/jobs/record.h"

#include <set>

namespace latchkey::jobs {

namespace {

constexpr int kPage = 100;

std::string queueOf(InactiveKind kind) {
    const char* name = kind == InactiveKind::oauth2 ? "oauth" : kind == InactiveKind::compat ? "compat" : "user";
    return std::string("expire-inactive-") + name + "-sessions";
}

SessionKind sessionKindOf(InactiveKind kind) {
    if (kind == InactiveKind::browser) return SessionKind::browser;
    return kind == InactiveKind::oauth2 ? SessionKind::oauth2 : SessionKind::compat;
}

void enqueuePage(UnitOfWork& work, InactiveKind kind, Instant threshold, const std::optional<Ulid>& after, Instant now) {
    const std::string next = after ? "\"" + after->text() + "\"" : "null";
    work.jobs().enqueue(newId(now), queueOf(kind), R"({"threshold":")" + rfc3339(threshold) + R"(","after":)" + next + "}", now);
}

class ExpireInactive final : public JobHandler {
public:
    ExpireInactive(Store& store, const ExpiryConfig& config) : store_(store), config_(config) {}
    std::string_view queue() const override { return "expire-inactive-sessions"; }
    JobOutcome run(std::string_view, const JobContext&) override {
        if (!config_.ttl) return JobOutcome::done();
        const Instant now = currentTime();
        const auto work = store_.begin();
        if (config_.oauth2) enqueuePage(*work, InactiveKind::oauth2, now - *config_.ttl, {}, now);
        if (config_.compat) enqueuePage(*work, InactiveKind::compat, now - *config_.ttl, {}, now);
        if (config_.browser) enqueuePage(*work, InactiveKind::browser, now - *config_.ttl, {}, now);
        work->commit();
        return JobOutcome::done();
    }

private:
    Store& store_;
    const ExpiryConfig config_;
};

class ExpirePage final : public JobHandler {
public:
    ExpirePage(Store& store, InactiveKind kind, Events* events) : store_(store), kind_(kind), queue_(queueOf(kind)), events_(events) {}
    std::string_view queue() const override { return queue_; }
    JobOutcome run(std::string_view payload, const JobContext&) override {
        const Instant threshold = moment(payload, "threshold");
        const Instant now = currentTime();
        const auto work = store_.begin();
        const auto ended = work->cleanup().expire(kind_, threshold, payloadId(payload, "after"), kPage, now);
        if (kind_ != InactiveKind::browser) syncUsers(*work, ended, now);
        if (ended.size() == kPage) enqueuePage(*work, kind_, threshold, ended.back().id, now);
        work->commit();
        for (const InactiveSession& each : ended) tell(each);
        return JobOutcome::done();
    }

private:
    void tell(const InactiveSession& ended) const {
        record(events_, EventKind::sessionEnded, [&](Event& event) {
            event.reason = "inactive";
            event.userId = ended.userId;
            event.session(sessionKindOf(kind_), ended.id);
        });
    }
    // One after the other, so that the homeserver is not asked for all of them at once.
    static void syncUsers(UnitOfWork& work, const std::vector<InactiveSession>& ended, Instant now) {
        std::set<Ulid> users;
        for (const InactiveSession& each : ended) {
            if (each.userId) users.insert(*each.userId);
        }
        Instant at = now + Duration::seconds(60);
        for (const Ulid& user : users) {
            work.jobs().enqueueAt(newId(now), "sync-devices", R"({"user_id":")" + user.text() + "\"}", now, at);
            at = at + Duration::seconds(10);
        }
    }

    Store& store_;
    const InactiveKind kind_;
    const std::string queue_;
    Events* const events_;
};

}  // namespace

ExpiryConfig ExpiryConfig::parse(const config::Section& root) {
    ExpiryConfig config;
    const config::Section parent = root.section("experimental");
    if (!parent.has("inactive_session_expiration")) return config;
    const config::Section section = parent.section("inactive_session_expiration");
    if (!section.present() || !section.has("ttl")) return config;
    config.ttl = Duration::seconds(section.seconds("ttl", 0));
    config.oauth2 = section.boolean("expire_oauth_sessions", true);
    config.compat = section.boolean("expire_compat_sessions", true);
    config.browser = section.boolean("expire_user_sessions", true);
    return config;
}

std::vector<std::unique_ptr<JobHandler>> expiryHandlers(Store& store, const ExpiryConfig& config, Events* events) {
    std::vector<std::unique_ptr<JobHandler>> handlers;
    handlers.push_back(std::make_unique<ExpireInactive>(store, config));
    for (const InactiveKind kind : {InactiveKind::oauth2, InactiveKind::compat, InactiveKind::browser}) {
        handlers.push_back(std::make_unique<ExpirePage>(store, kind, events));
    }
    return handlers;
}

}  // namespace latchkey::jobs
