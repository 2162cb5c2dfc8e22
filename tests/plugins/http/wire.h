// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/headers.h"
#include "plugins/http/socket_fd.h"

#include <memory>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace latchkey::http::test {

struct Answer {
    int status = 0;  ///< 0: the connection ended before a complete answer
    Headers headers;
    std::string body;
    std::string header(std::string_view name) const { return std::string(headers.get(name).value_or("")); }
};

/// A client that sees every byte. All waiting ends after ten seconds with an exception.
class Wire {
public:
    /// "127.0.0.1:8080", "[::1]:8080" or the path of a socket.
    explicit Wire(const std::string& address);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    /// TLS from here on; false if the handshake failed. `alpn` as on the wire.
    bool startTls(const std::string& alpn = {});
    std::string peerCertificateName() const;
    std::string alpn() const;

    void send(const std::string& bytes);
    /// Sends a GET with `fields` (each with CRLF) and reads the answer.
    Answer get(const std::string& target, const std::string& fields = {});
    Answer read(bool headOnly = false);
    /// Everything up to the end of the connection.
    std::string readToEnd();
    /// Whether the server closes within `milliseconds`, sending nothing more.
    bool closed(int milliseconds = 10'000);
    void finish();
    int fd() const { return fd_.get(); }

private:
    bool fill();  // false at the end

    Fd fd_;
    ssl_st* ssl_ = nullptr;
    ssl_ctx_st* context_ = nullptr;
    std::string buffer_;
};

}  // namespace latchkey::http::test
