// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/oauth2/registration/world.h"

#include "plugins/storage-postgres/migrator.h"

#include <Poco/JSON/Parser.h>
#include <Poco/JSON/Stringifier.h>

#include <sstream>

namespace latchkey::oauth2::test {

namespace {

const std::string& migratedTemplate(latchkey::test::Postgres& server) {
    static const std::string name = [&] {
        std::string made = server.createDatabase();
        pg::Connection connection(pg::ConnectOptions::parse(server.conninfo(made)));
        pg::Migrator(connection, pg::MigrationSet::shipped()).migrate();
        return made;
    }();
    return name;
}

}  // namespace

World::World(bool deviceCodeGrant)
    : server_(latchkey::test::Postgres::shared()),
      database_(server_.createDatabase(migratedTemplate(server_))),
      pool_(std::make_unique<pg::Pool>(pg::ConnectOptions::parse(server_.conninfo(database_)), pg::PoolLimits{})),
      store_(std::make_unique<pg::PgStore>(*pool_)),
      registrar_(encrypter, keys, policy, {{"https://auth.example/base/", "https://auth.example/"}, deviceCodeGrant}),
      registration_(std::make_unique<Registration>(*store_, limiter, registrar_, metrics)),
      management_(std::make_unique<RegistrationManagement>(*store_, registrar_, &events)) {}

World::~World() {
    store_.reset();
    pool_.reset();
    server_.dropDatabase(database_);
}

http::Response World::post(const std::string& json) {
    http::Request request;
    request.method = "POST";
    request.path = "/oauth2/registration";
    request.body = json;
    request.clientIp = clientIp;
    request.headers.set("Content-Type", contentType);
    request.headers.set("User-Agent", "test/1");
    return registration_->post(request);
}

http::Response World::manage(const std::string& method, const std::string& clientId, const std::string& token, const std::string& json) {
    http::Request request;
    request.method = method;
    request.path = "/oauth2/registration/" + clientId;
    request.pathParameters = {{"client_id", clientId}};
    request.body = json;
    if (!json.empty()) request.headers.set("Content-Type", contentType);
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    if (method == "GET") return management_->get(request);
    return method == "PUT" ? management_->put(request) : management_->remove(request);
}

std::optional<Client> World::client(const std::string& clientId) { return store_->reading()->clients().find(*Ulid::parse(clientId)); }

Poco::JSON::Object::Ptr object(const http::Response& response) {
    Poco::JSON::Parser parser;
    return parser.parse(std::string(response.content())).extract<Poco::JSON::Object::Ptr>();
}

std::string member(const http::Response& response, const std::string& name) {
    const auto value = object(response)->get(name);
    if (value.isString() || value.isEmpty()) return value.isEmpty() ? "" : value.extract<std::string>();
    std::ostringstream out;
    Poco::JSON::Stringifier::stringify(value, out);
    return out.str();
}

std::string outcome(const std::function<http::Response()>& endpoint) {
    try {
        return std::to_string(endpoint().status);
    } catch (const OAuthError& error) {
        return std::to_string(error.status()) + " " + error.code();
    }
}

}  // namespace latchkey::oauth2::test
