// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/crypto/encrypter.h"
#include "domain/policy/policy.h"
#include "domain/rate_limiter.h"
#include "plugins/oauth2/registration/registration.h"
#include "plugins/oauth2/registration/registration_management.h"
#include "plugins/storage-postgres/unit_of_work.h"
#include "tests/support/postgres.h"
#include "tests/support/recorded_events.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <map>
#include <memory>

namespace latchkey::oauth2::test {

/// Says what it is told to, and remembers what it was asked.
class FakePolicy final : public Policy {
public:
    PolicyViolations answer;
    std::string asked;
    PolicyRequester requester;
    std::function<void()> meanwhile = [] {};

    GrantDecision grant(const GrantRequest&) override { throw Error("not asked here"); }
    PolicyViolations registration(const RegistrationRequest&) override { throw Error("not asked here"); }
    PolicyViolations email(const EmailRequest&) override { throw Error("not asked here"); }
    PolicyViolations compatLogin(const CompatLoginRequest&) override { throw Error("not asked here"); }
    PolicyViolations clientRegistration(const ClientRegistrationRequest& request) override {
        asked = request.metadata;
        requester = request.requester;
        meanwhile();
        return answer;
    }
};

/// Lets `most` pass for each key.
class FakeLimiter final : public RateLimiter {
public:
    int most = 1'000'000;
    std::map<std::string, int, std::less<>> taken;
    std::optional<int> take(Bucket bucket, std::string_view key) override {
        if (bucket != Bucket::clientRegistrationPerIp) throw Error("another bucket");
        return ++taken[std::string(key)] > most ? std::optional(7) : std::nullopt;
    }
};

class FakeKeys final : public jose::KeyStore {
public:
    std::shared_ptr<const jose::KeySet> keys() const override { return std::make_shared<jose::KeySet>(all); }
    std::vector<jose::Key> all;
};

/// The endpoints on a database of their own.
class World {
public:
    explicit World(bool deviceCodeGrant = true);
    ~World();

    http::Response post(const std::string& json);
    /// GET, PUT or DELETE of a client's registration.
    http::Response manage(const std::string& method, const std::string& clientId, const std::string& token, const std::string& json = {});
    std::optional<Client> client(const std::string& clientId);
    std::string sql(const std::string& statement) const { return server_.sql(statement, database_); }
    Store& store() { return *store_; }

    FakePolicy policy;
    FakeKeys keys;
    FakeLimiter limiter;
    OAuthMetrics metrics;
    latchkey::test::RecordedEvents events;
    Encrypter encrypter{std::string(64, 'a')};
    std::optional<std::string> clientIp = "192.0.2.7";
    std::string contentType = "application/json; charset=utf-8";

private:
    latchkey::test::Postgres& server_;
    std::string database_;
    std::unique_ptr<pg::Pool> pool_;
    std::unique_ptr<pg::PgStore> store_;
    Registrar registrar_;
    std::unique_ptr<Registration> registration_;
    std::unique_ptr<RegistrationManagement> management_;
};

/// The JSON object of an answer.
Poco::JSON::Object::Ptr object(const http::Response& response);
/// A string as it is, anything else as JSON; empty if it is not there.
std::string member(const http::Response& response, const std::string& name);
/// Runs the endpoint; an OAuthError as `400 invalid_client_metadata`, an answer as its status.
std::string outcome(const std::function<http::Response()>& endpoint);

}  // namespace latchkey::oauth2::test
