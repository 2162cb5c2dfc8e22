// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/http/wire.h"

#include "plugins/http/ip_address.h"

#include <cstring>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>

namespace latchkey::http::test {

namespace {

constexpr int kPatienceMs = 10'000;

Fd connectUnix(const std::string& path) {
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect to " + path);
    return fd;
}

Fd connectTcp(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    std::string host = text.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    const auto port = static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)));
    const IpAddress ip = IpAddress::parse(host).value();
    Fd fd(::socket(ip.isV4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_storage storage{};
    if (ip.isV4()) {
        auto& address = reinterpret_cast<sockaddr_in&>(storage);
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        std::memcpy(&address.sin_addr, ip.bytes.data() + 12, 4);
    } else {
        auto& address = reinterpret_cast<sockaddr_in6&>(storage);
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(port);
        std::memcpy(&address.sin6_addr, ip.bytes.data(), 16);
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), ip.isV4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)) != 0) throw std::runtime_error("cannot connect to " + text);
    return fd;
}

}  // namespace

Wire::Wire(const std::string& address) : fd_(address.starts_with('/') ? connectUnix(address) : connectTcp(address)) {}

Wire::~Wire() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    if (context_ != nullptr) SSL_CTX_free(context_);
}

bool Wire::startTls(const std::string& alpn) {
    context_ = SSL_CTX_new(TLS_client_method());
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, fd_.get());
    SSL_set_tlsext_host_name(ssl_, "front.test");
    if (!alpn.empty()) SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(alpn.data()), static_cast<unsigned>(alpn.size()));
    return SSL_connect(ssl_) == 1;
}

std::string Wire::peerCertificateName() const {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
}

std::string Wire::alpn() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_, &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

void Wire::send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const auto rest = static_cast<int>(bytes.size() - sent);
        const ssize_t count = ssl_ != nullptr ? SSL_write(ssl_, bytes.data() + sent, rest) : ::send(fd_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) return;  // the other side has closed: its answer tells why
        sent += static_cast<std::size_t>(count);
    }
}

bool Wire::fill() {
    char chunk[65536];
    if (ssl_ == nullptr || SSL_pending(ssl_) == 0) {
        pollfd waiting{fd_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, kPatienceMs) != 1) throw std::runtime_error("the server sends nothing");
    }
    const ssize_t count = ssl_ != nullptr ? SSL_read(ssl_, chunk, sizeof chunk) : ::recv(fd_.get(), chunk, sizeof chunk, 0);
    if (count <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(count));
    return true;
}

Answer Wire::get(const std::string& target, const std::string& fields) {
    send("GET " + target + " HTTP/1.1\r\nHost: front.test\r\n" + fields + "\r\n");
    return read();
}

Answer Wire::read(bool headOnly) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return {};
    }
    Answer answer;
    answer.status = std::stoi(buffer_.substr(9, 3));
    for (std::size_t at = buffer_.find("\r\n") + 2; at < end + 2;) {
        const std::size_t line = buffer_.find("\r\n", at);
        const std::size_t colon = buffer_.find(": ", at);
        answer.headers.add(buffer_.substr(at, colon - at), buffer_.substr(colon + 2, line - colon - 2));
        at = line + 2;
    }
    buffer_.erase(0, end + 4);
    const std::size_t length = headOnly || !answer.headers.has("Content-Length") ? 0 : std::stoul(answer.header("Content-Length"));
    while (buffer_.size() < length) {
        if (!fill()) return {};
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
}

std::string Wire::readToEnd() {
    while (fill()) {}
    return std::exchange(buffer_, {});
}

bool Wire::closed(int milliseconds) {
    pollfd waiting{fd_.get(), POLLIN, 0};
    return buffer_.empty() && ::poll(&waiting, 1, milliseconds) == 1 && !fill();
}

void Wire::finish() { ::shutdown(fd_.get(), SHUT_WR); }

}  // namespace latchkey::http::test
