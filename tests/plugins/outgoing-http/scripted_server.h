// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::outgoing::test {

/// An HTTP server on a loopback address that answers byte for byte what the test says.
class ScriptedServer {
public:
    /// Writes an answer to one request; false ends the connection. `request` is its head and body.
    using Script = std::function<bool(ScriptedServer& server, int fd, const std::string& request)>;

    explicit ScriptedServer(Script script, const std::string& address = "127.0.0.1", int port = 0);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    int port() const { return port_; }
    std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    int connections() const { return connections_; }
    int requests() const { return requests_; }
    std::string lastRequest() const;
    bool stopping() const { return stopping_; }

    /// False if the client has gone.
    bool send(int fd, const std::string& bytes) const;

    static Script answer(std::string bytes);
    /// "HTTP/1.1 200 OK" with this body.
    static std::string ok(const std::string& body, const std::string& headers = {});
    static std::string redirect(const std::string& location, int status = 302);

private:
    void accept();
    void serve(int fd);

    Script script_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::atomic<int> requests_{0};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::string lastRequest_;
    std::vector<int> open_;
    std::vector<std::thread> serving_;
    std::thread accepting_;
};

}  // namespace latchkey::outgoing::test
