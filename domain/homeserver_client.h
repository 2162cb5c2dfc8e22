// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey {

class OutgoingHttp;
struct OutgoingResponse;

struct HomeserverRequest {
    std::string method = "POST";
    std::string path;                                          ///< relative to the endpoint
    std::string body = {};                                     ///< JSON; empty: none
    std::vector<std::pair<std::string, std::string>> headers = {};
};

/// A 2xx of the homeserver. The members of a JSON object are there on demand; what is no JSON object, or has members of other types,
/// is Reason::failed.
class LATCHKEY_API HomeserverAnswer {
public:
    HomeserverAnswer(int status, std::string body, std::string call);
    int status() const noexcept { return status_; }
    const std::string& body() const noexcept { return body_; }
    std::string text(const std::string& key) const;
    std::optional<std::string> optionalText(const std::string& key) const;  ///< absent and null: nothing
    bool boolean(const std::string& key) const;
    bool optionalBoolean(const std::string& key) const;                     ///< absent and null: false
    std::optional<std::string> object(const std::string& key) const;        ///< as JSON; absent and null: nothing
    [[noreturn]] void refuse(const std::string& why) const;

private:
    int status_;
    std::string body_;
    std::string call_;
};

/// Asks a homeserver over HTTP: secret, deadlines, repetitions (no connection, no answer, 429, 5xx but 501), and what the refusals
/// of Matrix mean. Thread-safe.
class LATCHKEY_API HomeserverClient {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;
    struct Options {
        std::string endpoint;
        std::string secret;                  ///< sent as a bearer token
        int attempts = 4;                    ///< within HomeserverCall::timeoutMs
        std::int64_t firstPauseMs = 100;     ///< doubles; each is drawn from half of it to one and a half
        std::size_t largestAnswer = 1 << 20;
        /// What shows who asks, in place of the bearer token; called anew for each attempt.
        std::function<Headers(const HomeserverRequest&)> credentials = {};
    };
    HomeserverClient(OutgoingHttp& http, Options options);

    /// Throws HomeserverError for whatever is not 2xx.
    HomeserverAnswer send(const HomeserverRequest& request, const HomeserverCall& call) const;

private:
    OutgoingResponse attempt(const HomeserverRequest& request, std::int64_t timeoutMs) const;
    OutgoingHttp& http_;
    const Options options_;
};

/// Asks for a user who may not be there: nothing for Reason::notFound. Throws what `ask` throws otherwise.
LATCHKEY_API std::optional<HomeserverUser> userIfThere(const std::function<HomeserverUser()>& ask);

}  // namespace latchkey
