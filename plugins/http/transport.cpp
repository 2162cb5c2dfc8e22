// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/transport.h"

#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace latchkey::http {

namespace {

Io fromErrno(Io wouldBlock) { return errno == EAGAIN || errno == EWOULDBLOCK ? wouldBlock : Io::closed; }

}  // namespace

Transport::~Transport() {
    if (ssl_ != nullptr) SSL_free(ssl_);
}

bool Transport::startTls(const SslContext& context) {
    ssl_ = SSL_new(context.get());
    if (ssl_ == nullptr) return false;
    SSL_set_accept_state(ssl_);
    return SSL_set_fd(ssl_, fd_.get()) == 1;
}

Io Transport::classify(int result) {
    switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return Io::wantRead;
    case SSL_ERROR_WANT_WRITE: return Io::wantWrite;
    default: return Io::closed;
    }
}

Io Transport::handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_);
    return result == 1 ? Io::done : classify(result);
}

ConnectionInfo::Tls Transport::tlsInfo() const {
    ConnectionInfo::Tls info;
    info.protocol = SSL_get_version(ssl_);
    info.cipher = SSL_get_cipher_name(ssl_);
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    if (name != nullptr) info.serverName = name;
    const unsigned char* alpn = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_, &alpn, &length);
    if (length > 0) info.alpn.assign(reinterpret_cast<const char*>(alpn), length);
    return info;
}

Io Transport::read(char* buffer, std::size_t size, std::size_t& count) {
    count = 0;
    if (ssl_ != nullptr) {
        ERR_clear_error();
        const int result = SSL_read_ex(ssl_, buffer, size, &count);
        return result == 1 ? Io::done : classify(result);
    }
    ssize_t got = 0;
    do got = ::recv(fd_.get(), buffer, size, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0) return fromErrno(Io::wantRead);
    count = static_cast<std::size_t>(got);
    return got == 0 ? Io::closed : Io::done;
}

Io Transport::write(std::string_view first, std::string_view second, std::size_t& count) {
    count = 0;
    if (ssl_ != nullptr) {
        const std::string_view chunk = first.empty() ? second : first;
        ERR_clear_error();
        const int result = SSL_write_ex(ssl_, chunk.data(), chunk.size(), &count);
        return result == 1 ? Io::done : classify(result);
    }
    iovec parts[2] = {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    ssize_t sent = 0;
    do sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0) return fromErrno(Io::wantWrite);
    count = static_cast<std::size_t>(sent);
    return Io::done;
}

bool Transport::buffered() const { return ssl_ != nullptr && SSL_has_pending(ssl_) == 1; }

bool Transport::pending() const {
    if (buffered()) return true;
    int waiting = 0;
    return ::ioctl(fd_.get(), FIONREAD, &waiting) == 0 && waiting > 0;
}

void Transport::finish() {
    if (ssl_ != nullptr) {
        ERR_clear_error();
        if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
    }
    ::shutdown(fd_.get(), SHUT_WR);
}

}  // namespace latchkey::http
