// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/homeserver/stub.h"

#include <Poco/JSON/Parser.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <chrono>
#include <thread>

namespace latchkey::contract {

using outgoing::test::ScriptedServer;

StubAnswer refusal(int status, const std::string& errcode) {
    std::string body = R"({"errcode":")";
    body.append(errcode).append(R"(","error":"so it is"})");
    return {status, std::move(body)};
}

std::string StubRequest::text(const std::string& key) const { return has(key) ? json->getValue<std::string>(key) : std::string(); }

namespace {

StubRequest parsed(const std::string& text) {
    StubRequest request;
    const std::size_t end = text.find("\r\n\r\n");
    request.body = text.substr(end + 4);
    if (request.body.starts_with('{')) request.json = Poco::JSON::Parser().parse(request.body).extract<Poco::JSON::Object::Ptr>();
    const std::size_t space = text.find(' ');
    const Poco::URI uri(text.substr(space + 1, text.find(' ', space + 1) - space - 1));
    request.method = text.substr(0, space);
    request.path = uri.getPath();
    request.query = uri.getRawQuery();
    for (std::size_t at = text.find("\r\n") + 2; at < end;) {
        const std::size_t stop = text.find("\r\n", at);
        const std::size_t colon = text.find(": ", at);
        request.headers[Poco::toLower(text.substr(at, colon - at))] = text.substr(colon + 2, stop - colon - 2);
        at = stop + 2;
    }
    return request;
}

std::string rendered(const StubAnswer& answer) {
    std::string text = "HTTP/1.1 ";
    text.append(std::to_string(answer.status)).append(" So\r\n");
    if (answer.status == 204) return text.append("\r\n");
    text.append("Content-Length: ").append(std::to_string(answer.body.size())).append("\r\n\r\n");
    return text.append(answer.body);
}

}  // namespace

Stub::Stub(Interface interface, Trust trust) : interface_(std::move(interface)), trust_(trust), server_([this](ScriptedServer& server, int fd, const std::string& text) { return serve(server, fd, text); }) {}

void Stub::disturb(std::vector<Fault> faults) {
    const std::lock_guard lock(mutex_);
    faults_.assign(faults.begin(), faults.end());
}

bool Stub::disturbed(ScriptedServer& server, int fd, Fault fault) {
    switch (fault) {
        case Fault::reset: return false;
        case Fault::cut: server.send(fd, "HTTP/1.1 200 So\r\nContent-Length: 100\r\n\r\n{\"a"); return false;
        case Fault::drip:
            server.send(fd, "HTTP/1.1 200 So\r\nContent-Length: 100000\r\n\r\n");
            while (!server.stopping() && server.send(fd, " ")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
            return false;
        case Fault::serverError: return server.send(fd, rendered({500, "<html>oh</html>"}));
        case Fault::garbage: return server.send(fd, rendered({200, "][ no JSON"}));
        case Fault::huge: server.send(fd, rendered({200, std::string(3 << 20, ' ')})); return false;
        case Fault::redirect: return server.send(fd, ScriptedServer::redirect("/", 301));
    }
    return false;
}

bool Stub::serve(ScriptedServer& server, int fd, const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (!faults_.empty()) {
        const Fault fault = faults_.front();
        faults_.pop_front();
        return disturbed(server, fd, fault);
    }
    last = parsed(text);
    const std::string& credential = last.headers["authorization"];
    const bool known = trust_ == Trust::interface || (credential.starts_with("Bearer ") && credential.substr(7) == kSecret);
    const StubAnswer answer = known ? interface_(*this, last) : refusal(403, "M_UNKNOWN");
    return server.send(fd, rendered(answer)) && !closes_;
}

std::optional<std::string> nameRefusal(const Stub& stub, const std::string& localpart) {
    const auto refused = [](const char* errcode) { return std::optional<std::string>(std::in_place, errcode); };
    if (localpart.empty() || localpart.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789=_-./+") != std::string::npos) return refused("M_INVALID_USERNAME");
    if (localpart.starts_with('_') || localpart.find_first_not_of("0123456789") == std::string::npos) return refused("M_INVALID_USERNAME");
    if (localpart.starts_with("irc-")) return refused("M_EXCLUSIVE");
    if (stub.users.count(localpart) != 0) return refused("M_USER_IN_USE");
    return std::nullopt;
}

}  // namespace latchkey::contract
