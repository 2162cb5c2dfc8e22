// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey::test {

namespace {

SSL* ssl(void* session) { return static_cast<SSL*>(session); }

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

std::string trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

HttpReply parseHead(const std::string& head) {
    HttpReply reply;
    reply.status = head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
    for (auto at = head.find("\r\n"); at != std::string::npos && at + 2 < head.size();) {
        const auto end = head.find("\r\n", at + 2);
        const std::string line = head.substr(at + 2, end == std::string::npos ? end : end - at - 2);
        const auto colon = line.find(':');
        if (colon != std::string::npos) reply.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
        at = end;
    }
    return reply;
}

}  // namespace

std::string HttpReply::header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
        if (key == lower(name)) return value;
    }
    return {};
}

HttpClient::HttpClient(int port) : port_(port) {}
HttpClient::HttpClient(std::string socketPath) : path_(std::move(socketPath)) {}

HttpClient::~HttpClient() {
    close();
    SSL_CTX_free(static_cast<SSL_CTX*>(context_));
}

void HttpClient::close() {
    SSL_free(ssl(session_));
    session_ = nullptr;
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    buffer_.clear();
    headRead_ = false;
}

bool HttpClient::connect() {
    close();
    fd_ = ::socket(path_.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    timeval limit{timeoutMs_ / 1000, (timeoutMs_ % 1000) * 1000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int yes = 1;
    int result = -1;
    if (path_.empty()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        result = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    } else {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        result = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    if (result == 0 && (!tls_ || startTls())) return true;
    close();
    return false;
}

bool HttpClient::startTls() {
    if (context_ == nullptr) context_ = SSL_CTX_new(TLS_client_method());
    session_ = SSL_new(static_cast<SSL_CTX*>(context_));
    SSL_set_fd(ssl(session_), fd_);
    return SSL_connect(ssl(session_)) == 1;
}

bool HttpClient::send(const std::string& bytes) {
    if (observer_ != nullptr) observer_->sent(bytes);
    for (std::size_t done = 0; done < bytes.size();) {
        const int left = static_cast<int>(bytes.size() - done);
        const ssize_t count = session_ != nullptr ? SSL_write(ssl(session_), bytes.data() + done, left)
                                                  : ::send(fd_, bytes.data() + done, static_cast<std::size_t>(left), MSG_NOSIGNAL);
        if (count <= 0) return false;
        done += static_cast<std::size_t>(count);
    }
    return true;
}

bool HttpClient::fill() {
    char bytes[8192];
    const ssize_t count = session_ != nullptr ? SSL_read(ssl(session_), bytes, sizeof bytes) : ::recv(fd_, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::optional<HttpReply> HttpClient::receive(bool headOnly) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return std::nullopt;
    }
    HttpReply reply = parseHead(buffer_.substr(0, end));
    buffer_.erase(0, end + 4);
    headRead_ = true;
    const std::string length = reply.header("content-length");
    if (!length.empty() && !headOnly) {
        const std::size_t size = std::strtoul(length.c_str(), nullptr, 10);
        while (buffer_.size() < size) {
            if (!fill()) return std::nullopt;
        }
        reply.body = buffer_.substr(0, size);
        buffer_.erase(0, size);
    }
    headRead_ = false;
    if (observer_ != nullptr) observer_->answered(reply);
    if (lower(reply.header("connection")) == "close") close();
    return reply;
}

std::optional<HttpReply> HttpClient::exchange(const std::string& request) {
    if (!connected() && !connect()) return std::nullopt;
    if (send(request)) {
        if (auto reply = receive()) return reply;
    }
    close();
    return std::nullopt;
}

std::optional<HttpReply> HttpClient::get(const std::string& path) { return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"); }

std::string HttpClient::certificateFingerprint() const {
    if (session_ == nullptr) return {};
    X509* certificate = SSL_get1_peer_certificate(ssl(session_));
    if (certificate == nullptr) return {};
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    X509_digest(certificate, EVP_sha256(), digest, &length);
    X509_free(certificate);
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        constexpr char kDigits[] = "0123456789abcdef";
        text += kDigits[digest[i] >> 4];
        text += kDigits[digest[i] & 15];
    }
    return text;
}

}  // namespace latchkey::test
