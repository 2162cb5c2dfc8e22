// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/request_head.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::http {

/// Takes a request's body out of the bytes that follow its head: by length, or chunked (RFC 9112 §7.1). Strict as the head:
/// CRLF only, hexadecimal digits only, bounded extensions and trailers (which are checked and dropped).
class BodyReader {
public:
    enum class State { incomplete, complete, bad };

    BodyReader(const Framing& framing, std::size_t limit);

    /// Consumes a prefix of `bytes` (how much: `used`), appending to `body`. Call again with what follows.
    State feed(std::string_view bytes, std::size_t& used, std::string& body);
    int status() const { return status_; }  ///< when bad: 400 or 413
    /// Bytes of the message seen so far, framing included.
    std::uint64_t received() const { return received_; }

private:
    enum class Part { fixed, sizeLine, data, dataEnd, trailer, end };

    State fail(int status);
    State step(std::string_view& bytes, std::string& body);
    bool takeLine(std::string_view& bytes, std::size_t most);
    State readSize();
    State readTrailer();

    Part part_;
    std::uint64_t left_;       // of the fixed body or the chunk
    std::size_t limit_;
    std::string line_;         // a size or trailer line, perhaps not all of it yet
    std::size_t overhead_ = 0; // bytes of extensions and trailers
    std::uint64_t received_ = 0;
    int status_ = 0;
};

}  // namespace latchkey::http
