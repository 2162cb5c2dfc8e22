// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/request.h"

#include <cstdint>
#include <string_view>

namespace latchkey::http {

// Limits of a request's head, in bytes and fields.
inline constexpr std::size_t kMostHead = 32 * 1024;
inline constexpr std::size_t kMostRequestLine = 16 * 1024;
inline constexpr std::size_t kMostFields = 100;

/// Finds the end of a head while its bytes arrive; remembers how far it looked. Only CRLF ends a line.
class HeadScanner {
public:
    enum class State { incomplete, complete, bad };

    /// `bytes` from the head's first one on; each call with at least those of the call before.
    State scan(std::string_view bytes);
    std::size_t length() const { return lineBegin_; }  ///< of the head with its empty line, when complete
    std::size_t skipped() const { return skipped_; }   ///< an empty line before it (RFC 9112 §2.2)
    int status() const { return status_; }             ///< when bad

private:
    State fail(int status);

    std::size_t lineBegin_ = 0;
    std::size_t looked_ = 0;
    std::size_t skipped_ = 0;
    std::size_t lines_ = 0;
    int status_ = 0;
};

/// How a request's body is framed, and what becomes of the connection.
struct Framing {
    bool chunked = false;
    std::uint64_t length = 0;      ///< of Content-Length
    bool expectContinue = false;
    bool keepAlive = false;
    bool http10 = false;
    bool hasBody() const { return chunked || length > 0; }
};

/// Fills `request` (method, target, queryString, headers; `path` as sent, not decoded) and `framing` from a complete head.
/// Strict: what two implementations might read differently is refused (RFC 9112, and the rules of its §11.2). Returns 0, or
/// the status of the refusal; the connection must then be closed.
int parseHead(std::string_view head, Request& request, Framing& framing);

/// RFC 9110 §5.6.2.
bool isToken(std::string_view text) noexcept;
/// No control characters but HTAB: may stand in a field's value.
bool isFieldValue(std::string_view text) noexcept;

}  // namespace latchkey::http
