// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"
#include "plugins/http/socket_fd.h"
#include "plugins/http/tls.h"

#include <cstddef>
#include <string_view>

struct ssl_st;

namespace latchkey::http {

/// What a non-blocking step came to.
enum class Io { done, wantRead, wantWrite, closed };

/// The bytes of one connection, in the clear or through TLS. Never blocks, never raises SIGPIPE on a plain socket.
class Transport {
public:
    explicit Transport(Fd fd) noexcept : fd_(std::move(fd)) {}
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    ~Transport();

    int fd() const noexcept { return fd_.get(); }
    bool encrypted() const noexcept { return ssl_ != nullptr; }

    /// From here on TLS; false if OpenSSL is out of memory.
    bool startTls(const SslContext& context);
    Io handshake();
    ConnectionInfo::Tls tlsInfo() const;

    /// `count` is what was read or written; Io::done only with count > 0.
    Io read(char* buffer, std::size_t size, std::size_t& count);
    Io write(std::string_view first, std::string_view second, std::size_t& count);
    /// Bytes in OpenSSL's buffer, of which epoll knows nothing.
    bool buffered() const;
    /// Bytes that arrived and were not read yet, in OpenSSL's buffer or the kernel's.
    bool pending() const;
    /// Says that nothing more will be sent; the other direction stays open.
    void finish();

private:
    Io classify(int result);

    Fd fd_;
    ssl_st* ssl_ = nullptr;
};

}  // namespace latchkey::http
