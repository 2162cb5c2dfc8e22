// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::test {

struct HttpReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string body;
    /// The first value of that header; empty if there is none.
    std::string header(const std::string& name) const;
};

/// One blocking HTTP/1.1 connection that says exactly what it is told, over TCP on 127.0.0.1 or a unix socket, in clear or TLS
/// (any certificate is taken). Connects with the first request. Not thread-safe.
class HttpClient {
public:
    explicit HttpClient(int port);
    explicit HttpClient(std::string socketPath);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Sees all that any client sends, and the answers.
    struct Observer {
        void (*sent)(const std::string& bytes);
        void (*answered)(const HttpReply& reply);
    };
    static void observe(const Observer* observer) { observer_ = observer; }

    void useTls() { tls_ = true; }
    void setTimeout(int milliseconds) { timeoutMs_ = milliseconds; }

    /// Keeps the connection. Nothing if it was refused, or ended before the whole answer had come.
    std::optional<HttpReply> get(const std::string& path);
    std::optional<HttpReply> exchange(const std::string& request);

    bool connect();
    bool send(const std::string& bytes);
    std::optional<HttpReply> receive(bool headOnly = false);
    void close();
    /// Whether bytes of an answer are there that receive() could not complete.
    bool partial() const { return !buffer_.empty() || headRead_; }
    bool connected() const { return fd_ >= 0; }
    /// SHA-256 of the certificate that the server showed, in hexadecimal.
    std::string certificateFingerprint() const;

private:
    bool fill();
    bool startTls();

    static inline const Observer* observer_ = nullptr;

    int port_ = 0;
    std::string path_;
    bool tls_ = false;
    int timeoutMs_ = 10'000;
    int fd_ = -1;
    void* context_ = nullptr;
    void* session_ = nullptr;
    std::string buffer_;
    bool headRead_ = false;  // the answer being received has begun
};

}  // namespace latchkey::test
