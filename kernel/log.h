// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace latchkey::log {

enum class Level { off, error, warn, info, debug, trace };

/// One `key=value` of a log line. Never a token, password, cookie or full e-mail address.
class LATCHKEY_API Field {
public:
    Field(std::string_view key, std::string_view value);
    Field(std::string_view key, const char* value) : Field(key, std::string_view(value)) {}
    Field(std::string_view key, const std::string& value) : Field(key, std::string_view(value)) {}
    Field(std::string_view key, bool value);
    Field(std::string_view key, double value);
    template <typename Integer>
        requires std::is_integral_v<Integer>
    Field(std::string_view key, Integer value) : Field(key, std::to_string(value), true) {}

    std::string_view key() const { return key_; }
    const std::string& value() const { return value_; }
    bool literal() const { return literal_; }  ///< a number or boolean: JSON needs no quotes

private:
    Field(std::string_view key, std::string value, bool literal);
    std::string_view key_;
    std::string value_;
    bool literal_;
};

using Fields = std::initializer_list<Field>;

/// A named source of log lines, e.g. "http" or "storage-postgres". Cheap to construct and to copy; keep one as a member
/// or a function-local static. Thread-safe. A line: `time LEVEL event message key=value…`, or the same as one JSON object.
class LATCHKEY_API Logger {
public:
    explicit Logger(std::string_view name);

    bool enabled(Level level) const noexcept;
    /// `event` is a stable name such as "http.request"; docs/logging.md lists those of level warn and error.
    void write(Level level, std::string_view event, std::string_view message, Fields fields = {}) const;

    void error(std::string_view event, std::string_view message, Fields fields = {}) const { write(Level::error, event, message, fields); }
    void warn(std::string_view event, std::string_view message, Fields fields = {}) const { write(Level::warn, event, message, fields); }
    void info(std::string_view event, std::string_view message, Fields fields = {}) const { write(Level::info, event, message, fields); }
    void debug(std::string_view event, std::string_view message, Fields fields = {}) const { write(Level::debug, event, message, fields); }
    void trace(std::string_view event, std::string_view message, Fields fields = {}) const { write(Level::trace, event, message, fields); }

    struct Source;

private:
    const Source* source_;  // owned by the process-wide table, never freed
};

enum class Format { text, json };

/// Where and how lines are written. Called by the kernel at start and on SIGHUP; thread-safe.
/// `filter` is a RUST_LOG-style string (`info`, `warn,http=debug`, `mas_handlers=trace`, `off`); what does not parse counts
/// as `info`, as in the reference. Targets that name nothing here are ignored.
LATCHKEY_API void configure(std::string_view filter, Format format);

/// Sends the lines elsewhere instead of to standard error; for tests. Empty restores standard error.
using Sink = void (*)(std::string_view line, void* context);
LATCHKEY_API void setSink(Sink sink, void* context);

}  // namespace latchkey::log
