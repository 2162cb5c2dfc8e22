// SPDX-License-Identifier: Apache-2.0
#include "domain/homeserver_client.h"

#include "domain/matrix_settings.h"
#include "domain/outgoing_http.h"
#include "kernel/deadline.h"
#include "kernel/version.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <chrono>
#include <random>
#include <sstream>
#include <thread>

namespace latchkey {

namespace {

using Reason = HomeserverError::Reason;
using Object = Poco::JSON::Object::Ptr;
using Poco::Dynamic::Var;

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kLongestQuote = 200;
constexpr int kMostRedirects = 3;

Object objectOf(const std::string& body) {
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(kDeepest);
        const Var document = parser.parse(body);
        return document.type() == typeid(Object) ? document.extract<Object>() : Object();
    } catch (const Poco::Exception&) {
        return {};
    }
}

// What the homeserver says, as one short line: it may be anything.
std::string quoted(std::string text) {
    text.resize(std::min(text.size(), kLongestQuote));
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return text;
}

struct Refusal {
    std::string errcode;
    std::string words;
};

std::string member(const Object& object, const char* key) {
    const Var value = object.isNull() ? Var() : object->get(key);
    return !value.isEmpty() && value.isString() ? quoted(value.convert<std::string>()) : std::string();
}

Refusal refusalOf(const OutgoingResponse& response) {
    const Object object = objectOf(response.body);
    return {member(object, "errcode"), member(object, "error")};
}

Reason reasonOf(int status, const std::string& errcode) {
    if (status == 404) return errcode == "M_NOT_FOUND" ? Reason::notFound : Reason::unauthorized;
    if (status == 401) return Reason::unauthorized;
    if (status == 403) return errcode == "M_FORBIDDEN" ? Reason::refused : Reason::unauthorized;
    if (status >= 400 && status < 500 && status != 429 && status != 408) return Reason::refused;
    if (status == 501) return Reason::unsupported;
    return Reason::failed;
}

const char* cureOf(int status, Reason reason) {
    if (reason == Reason::unauthorized && status == 404) return ": it does not offer this interface; look at matrix.endpoint, matrix.kind and the homeserver's own configuration";
    if (reason == Reason::unauthorized) return ": it does not accept matrix.secret";
    return "";
}

HomeserverError refused(const std::string& call, const OutgoingResponse& response) {
    const Refusal refusal = refusalOf(response);
    const Reason reason = reasonOf(response.status, refusal.errcode);
    std::string message = call + ": the homeserver answered " + std::to_string(response.status);
    if (!refusal.errcode.empty()) message += ' ' + refusal.errcode;
    if (!refusal.words.empty()) message += " (" + refusal.words + ')';
    return {message + cureOf(response.status, reason), reason, refusal.errcode};
}

// Repeating helps against what passes by itself. A redirect that was not followed does not.
bool passes(int status) { return (status >= 500 && status != 501) || status == 429 || status == 408; }

std::int64_t drawn(std::int64_t pauseMs) {
    thread_local std::minstd_rand generator(std::random_device{}());
    return std::uniform_int_distribution<std::int64_t>(pauseMs / 2, pauseMs + pauseMs / 2)(generator);
}

// Of a path without its query, which names people.
std::string callOf(const HomeserverRequest& request) { return request.method + ' ' + request.path.substr(0, request.path.find('?')); }

// Whether there is time for another attempt; if so, after the pause.
bool paused(std::int64_t deadlineMs, std::int64_t pauseMs) {
    const std::int64_t pause = drawn(pauseMs);
    if (monotonicMs() + pause >= deadlineMs) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    return true;
}

}  // namespace

HomeserverAnswer::HomeserverAnswer(int status, std::string body, std::string call) : status_(status), body_(std::move(body)), call_(std::move(call)) {}

void HomeserverAnswer::refuse(const std::string& why) const { throw HomeserverError(call_ + ": the homeserver's answer makes no sense: " + why, Reason::failed); }

namespace {

Var valueOf(const HomeserverAnswer& answer, const std::string& key) {
    const Object object = objectOf(answer.body());
    if (object.isNull()) answer.refuse("it is not a JSON object");
    return object->get(key);
}

}  // namespace

std::optional<std::string> HomeserverAnswer::optionalText(const std::string& key) const {
    const Var value = valueOf(*this, key);
    if (value.isEmpty()) return std::nullopt;
    if (!value.isString()) refuse('`' + key + "` is not a string");
    return value.convert<std::string>();
}

std::string HomeserverAnswer::text(const std::string& key) const {
    const auto value = optionalText(key);
    if (!value) refuse("it has no `" + key + '`');
    return *value;
}

bool HomeserverAnswer::boolean(const std::string& key) const {
    const Var value = valueOf(*this, key);
    if (value.isEmpty() || !value.isBoolean()) refuse('`' + key + "` is not true or false");
    return value.convert<bool>();
}

bool HomeserverAnswer::optionalBoolean(const std::string& key) const { return !valueOf(*this, key).isEmpty() && boolean(key); }

std::optional<std::string> HomeserverAnswer::object(const std::string& key) const {
    const Var value = valueOf(*this, key);
    if (value.isEmpty()) return std::nullopt;
    if (value.type() != typeid(Object)) refuse('`' + key + "` is not an object");
    std::ostringstream text;
    value.extract<Object>()->stringify(text);
    return text.str();
}

HomeserverClient::HomeserverClient(OutgoingHttp& http, Options options) : http_(http), options_(std::move(options)) {}

OutgoingResponse HomeserverClient::attempt(const HomeserverRequest& request, std::int64_t timeoutMs) const {
    OutgoingRequest out;
    out.method = request.method;
    out.url = resolveEndpoint(options_.endpoint, request.path);
    out.headers = options_.credentials ? options_.credentials(request) : Headers{{"authorization", "Bearer " + options_.secret}};
    out.headers.insert(out.headers.end(), {{"accept", "application/json"}, {"user-agent", std::string("latchkey/") + kVersion}});
    if (!request.body.empty()) out.headers.emplace_back("content-type", "application/json");
    out.headers.insert(out.headers.end(), request.headers.begin(), request.headers.end());
    out.body = request.body;
    out.timeoutMs = timeoutMs;
    out.largestAnswer = options_.largestAnswer;
    out.redirects = kMostRedirects;
    out.untrusted = false;
    return http_.send(out);
}

HomeserverAnswer HomeserverClient::send(const HomeserverRequest& request, const HomeserverCall& call) const {
    const std::int64_t deadlineMs = monotonicMs() + call.timeoutMs;
    const std::string name = callOf(request);
    std::int64_t pauseMs = options_.firstPauseMs;
    for (int made = 1;; ++made, pauseMs *= 2) {
        const bool last = made >= options_.attempts;
        try {
            OutgoingResponse response = attempt(request, std::max<std::int64_t>(deadlineMs - monotonicMs(), 1));
            if (response.status >= 200 && response.status < 300) return {response.status, std::move(response.body), name};
            if (last || !passes(response.status) || !paused(deadlineMs, pauseMs)) throw refused(name, response);
        } catch (const OutgoingHttpError& error) {
            if (last || !paused(deadlineMs, pauseMs)) throw HomeserverError(name + ": the homeserver cannot be reached: " + error.what(), Reason::unreachable);
        }
    }
}

std::optional<HomeserverUser> userIfThere(const std::function<HomeserverUser()>& ask) {
    try {
        return ask();
    } catch (const HomeserverError& error) {
        if (error.reason() == HomeserverError::Reason::notFound) return std::nullopt;
        throw;
    }
}

}  // namespace latchkey
