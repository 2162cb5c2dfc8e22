// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/outgoing-http/curl_http.h"
#include "tests/plugins/outgoing-http/scripted_server.h"

#include <Poco/JSON/Object.h>

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace latchkey::contract {

/// What a homeserver knows; the same behind every interface.
struct StubUser {
    std::optional<std::string> displayName;
    std::set<std::string> emails;
    std::map<std::string, std::string> devices;  ///< id → name
    bool deactivated = false, erased = false, locked = false, resetAllowed = false;
};

struct StubAnswer {
    int status = 200;
    std::string body = "{}";
};
StubAnswer refusal(int status, const std::string& errcode);
inline StubAnswer unknownUser() { return refusal(404, "M_NOT_FOUND"); }

/// A request as the interfaces of homeservers see it.
struct StubRequest {
    std::string method, path, query, body;
    std::map<std::string, std::string> headers;  ///< names in lower case
    Poco::JSON::Object::Ptr json;                 ///< null: no body
    std::string text(const std::string& key) const;
    bool has(const std::string& key) const { return !json.isNull() && json->has(key); }
};

/// A homeserver that a test can look into and disturb.
class Stub {
public:
    static constexpr const char* kSecret = "the shared secret";
    enum class Fault { reset, cut, drip, serverError, garbage, huge, redirect };
    using Interface = std::function<StubAnswer(Stub& stub, const StubRequest& request)>;
    enum class Trust { bearer, interface };  ///< who looks at the secret: the stub, or the interface

    explicit Stub(Interface interface, Trust trust = Trust::bearer);
    std::string url() const { return server_.url("/"); }
    int requests() const { return server_.requests(); }
    int connections() const { return server_.connections(); }
    void disturb(std::vector<Fault> faults);  ///< the next requests, one each
    void dropIdle(bool on) { closes_ = on; }   ///< closes the connection after each answer without saying so

    std::map<std::string, StubUser> users;     ///< touch it only while no request is under way
    StubRequest last;

private:
    bool serve(outgoing::test::ScriptedServer& server, int fd, const std::string& text);
    bool disturbed(outgoing::test::ScriptedServer& server, int fd, Fault fault);
    const Interface interface_;
    const Trust trust_;
    std::mutex mutex_;
    std::deque<Fault> faults_;
    std::atomic<bool> closes_{false};
    outgoing::test::ScriptedServer server_;  // last: it calls the others
};

/// The rules of Synapse for new names; nothing: it is free.
std::optional<std::string> nameRefusal(const Stub& stub, const std::string& localpart);

StubAnswer modernSynapse(Stub& stub, const StubRequest& request);
StubAnswer legacySynapse(Stub& stub, const StubRequest& request);

}  // namespace latchkey::contract
