// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/body.h"

#include <algorithm>
#include <charconv>

namespace latchkey::http {

namespace {

constexpr std::size_t kMostSizeLine = 256;    // of one chunk's size and extensions
constexpr std::size_t kMostTrailerLine = 4096;
constexpr std::size_t kMostOverhead = 16 * 1024;

}  // namespace

BodyReader::BodyReader(const Framing& framing, std::size_t limit)
    : part_(framing.chunked ? Part::sizeLine : Part::fixed), left_(framing.length), limit_(limit) {}

BodyReader::State BodyReader::fail(int status) {
    status_ = status;
    return State::bad;
}

BodyReader::State BodyReader::feed(std::string_view bytes, std::size_t& used, std::string& body) {
    const std::size_t all = bytes.size();
    if (part_ == Part::fixed && left_ > limit_) return fail(413);
    State state = State::incomplete;
    while (state == State::incomplete) {
        const std::size_t before = bytes.size();
        const Part part = part_;
        state = step(bytes, body);
        if (bytes.size() == before && part_ == part) break;  // needs more
    }
    used = all - bytes.size();
    received_ += used;
    return state;
}

BodyReader::State BodyReader::step(std::string_view& bytes, std::string& body) {
    switch (part_) {
    case Part::fixed:
    case Part::data: {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        body.append(bytes.substr(0, count));
        bytes.remove_prefix(count);
        left_ -= count;
        if (left_ > 0) return State::incomplete;
        if (part_ == Part::fixed) return State::complete;
        part_ = Part::dataEnd;
        return State::incomplete;
    }
    case Part::dataEnd:
        if (!takeLine(bytes, 2)) return status_ != 0 ? State::bad : State::incomplete;
        if (!line_.empty()) return fail(400);
        part_ = Part::sizeLine;
        return State::incomplete;
    case Part::sizeLine:
        if (!takeLine(bytes, kMostSizeLine)) return status_ != 0 ? State::bad : State::incomplete;
        if (readSize() == State::bad) return State::bad;
        line_.clear();
        if (left_ > 0 && left_ > limit_ - std::min(limit_, body.size())) return fail(413);
        part_ = left_ > 0 ? Part::data : Part::trailer;
        return State::incomplete;
    case Part::trailer:
        if (!takeLine(bytes, kMostTrailerLine)) return status_ != 0 ? State::bad : State::incomplete;
        return readTrailer();
    case Part::end: break;
    }
    return State::complete;
}

// Moves bytes into line_ until a CRLF, which is dropped; true when there. A bare LF, or too much, is an error (status_).
bool BodyReader::takeLine(std::string_view& bytes, std::size_t most) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t count = newline == std::string_view::npos ? bytes.size() : newline + 1;
    if (line_.size() + count > most) {
        status_ = 400;
        return false;
    }
    line_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    if (newline == std::string_view::npos) return false;
    if (!line_.ends_with("\r\n")) {
        status_ = 400;
        return false;
    }
    line_.resize(line_.size() - 2);
    return true;
}

BodyReader::State BodyReader::readSize() {
    const char* begin = line_.data();
    const char* lineEnd = begin + line_.size();
    const auto [end, error] = std::from_chars(begin, lineEnd, left_, 16);
    if (error != std::errc{} || end == begin || end - begin > 8) return fail(400);
    const std::string_view extension(end, static_cast<std::size_t>(lineEnd - end));
    if (!extension.empty() && (extension.front() != ';' || !isFieldValue(extension))) return fail(400);
    overhead_ += extension.size();
    return overhead_ > kMostOverhead ? fail(400) : State::incomplete;
}

BodyReader::State BodyReader::readTrailer() {
    if (line_.empty()) {
        part_ = Part::end;
        return State::complete;
    }
    const std::size_t colon = line_.find(':');
    overhead_ += line_.size();
    if (colon == std::string::npos || overhead_ > kMostOverhead) return fail(400);
    const std::string_view line = line_;
    if (!isToken(line.substr(0, colon)) || !isFieldValue(line.substr(colon + 1))) return fail(400);
    line_.clear();
    return State::incomplete;
}

}  // namespace latchkey::http
