// SPDX-License-Identifier: Apache-2.0
#include "kernel/log.h"

#include <atomic>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <unistd.h>
#include <vector>

namespace latchkey::log {

struct Logger::Source {
    std::string name;
    std::atomic<Level> level{Level::info};
};

Field::Field(std::string_view key, std::string_view value) : key_(key), value_(value), literal_(false) {}
Field::Field(std::string_view key, bool value) : key_(key), value_(value ? "true" : "false"), literal_(true) {}
Field::Field(std::string_view key, double value) : key_(key), literal_(true) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.3f", value);
    value_ = buffer;
}
Field::Field(std::string_view key, std::string value, bool literal) : key_(key), value_(std::move(value)), literal_(literal) {}

namespace {

struct Filter {
    Level fallback = Level::info;
    std::vector<std::pair<std::string, Level>> targets;

    // The longest target that is the logger's name or a dotted prefix of it decides.
    Level levelFor(std::string_view name) const {
        const std::pair<std::string, Level>* best = nullptr;
        for (const auto& target : targets) {
            const bool fits = name == target.first ||
                              (name.starts_with(target.first) && name.size() > target.first.size() && name[target.first.size()] == '.');
            if (fits && (best == nullptr || target.first.size() > best->first.size())) best = &target;
        }
        return best == nullptr ? fallback : best->second;
    }
};

bool parseLevel(std::string_view text, Level& level) {
    static constexpr std::pair<std::string_view, Level> kLevels[] = {{"off", Level::off},   {"error", Level::error}, {"warn", Level::warn},
                                                                     {"info", Level::info}, {"debug", Level::debug}, {"trace", Level::trace}};
    std::string lower;
    for (const char c : text) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    for (const auto& [name, value] : kLevels) {
        if (lower == name) {
            level = value;
            return true;
        }
    }
    return false;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// `info`, `warn,http=debug`, `http`, `target[span{field}]=level`: the span part is understood and ignored.
bool parseDirective(std::string_view text, Filter& filter) {
    Level level = Level::trace;
    if (parseLevel(text, level)) {
        filter.fallback = level;
        return true;
    }
    const auto equals = text.rfind('=');
    std::string_view target = text.substr(0, equals);
    if (equals != std::string_view::npos && !parseLevel(trimmed(text.substr(equals + 1)), level)) return false;
    target = trimmed(target.substr(0, target.find('[')));
    if (target.empty()) filter.fallback = level;
    else filter.targets.emplace_back(std::string(target), level);
    return true;
}

Filter parseFilter(std::string_view text) {
    Filter filter;
    bool any = false;
    bool fallbackGiven = false;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const std::string_view directive = trimmed(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
        if (directive.empty()) continue;
        const std::size_t targets = filter.targets.size();
        if (!parseDirective(directive, filter)) return Filter{};
        any = true;
        fallbackGiven = fallbackGiven || filter.targets.size() == targets;
    }
    // As in env_logger and tracing: naming only targets silences everything else. A filter of targets that are all unknown
    // here (a unit written for the reference) must not make this server mute, so errors stay.
    if (any && !fallbackGiven) filter.fallback = Level::error;
    return filter;
}

class Log {
public:
    static Log& instance() {
        static Log* log = new Log;  // never destroyed: loggers may write until the very end
        return *log;
    }

    std::mutex mutex;
    Filter filter;
    std::atomic<Format> format{Format::text};
    std::map<std::string, std::unique_ptr<Logger::Source>, std::less<>> sources;
    Sink sink = nullptr;
    void* context = nullptr;
};

constexpr std::string_view kLevelNames[] = {"OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"};

std::string timestamp() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    tm utc{};
    ::gmtime_r(&now.tv_sec, &utc);
    char buffer[40];
    const std::size_t length = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &utc);
    std::snprintf(buffer + length, sizeof buffer - length, ".%06ldZ", now.tv_nsec / 1000);
    return buffer;
}

// A value from outside must not be able to forge a second line or a terminal sequence.
void appendJsonString(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\u%04x", byte);
            out += buffer;
        } else {
            out += c;
        }
    }
    out += '"';
}

bool plain(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f || c == '"' || c == '=' || c == '\\') return false;
    }
    return true;
}

void appendMessage(std::string& out, std::string_view message) {
    for (const char c : message) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') out += "\n    ";  // continuation lines are indented, so they cannot look like a line of their own
        else if (byte < 0x20 || byte == 0x7f) out += '?';
        else out += c;
    }
}

std::string textLine(Level level, std::string_view event, std::string_view message, Fields fields) {
    std::string line = timestamp();
    line.append("  ").append(kLevelNames[static_cast<int>(level)]);
    line.append(6 - kLevelNames[static_cast<int>(level)].size(), ' ');
    line.append(event).append(" - ");
    appendMessage(line, message);
    for (const Field& field : fields) {
        line.append(" ").append(field.key()).append("=");
        if (field.literal() || plain(field.value())) line += field.value();
        else appendJsonString(line, field.value());
    }
    line += '\n';
    return line;
}

std::string jsonLine(Level level, std::string_view name, std::string_view event, std::string_view message, Fields fields) {
    std::string line = "{\"timestamp\":\"" + timestamp() + "\",\"level\":\"" + std::string(kLevelNames[static_cast<int>(level)]) + "\",\"target\":";
    appendJsonString(line, name);
    line += ",\"event\":";
    appendJsonString(line, event);
    line += ",\"message\":";
    appendJsonString(line, message);
    for (const Field& field : fields) {
        line += ',';
        appendJsonString(line, field.key());
        line += ':';
        if (field.literal()) line += field.value();
        else appendJsonString(line, field.value());
    }
    line += "}\n";
    return line;
}

void writeAll(std::string_view line) {
    while (!line.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
        if (written <= 0) return;  // standard error is gone: there is nobody to tell
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

Logger::Logger(std::string_view name) {
    Log& log = Log::instance();
    const std::lock_guard lock(log.mutex);
    auto found = log.sources.find(name);
    if (found == log.sources.end()) {
        auto source = std::make_unique<Source>();
        source->name = name;
        source->level = log.filter.levelFor(name);
        found = log.sources.emplace(std::string(name), std::move(source)).first;
    }
    source_ = found->second.get();
}

bool Logger::enabled(Level level) const noexcept { return level <= source_->level.load(std::memory_order_relaxed); }

void Logger::write(Level level, std::string_view event, std::string_view message, Fields fields) const {
    if (!enabled(level)) return;
    Log& log = Log::instance();
    const std::string line = log.format == Format::json ? jsonLine(level, source_->name, event, message, fields)
                                                        : textLine(level, event, message, fields);
    const std::lock_guard lock(log.mutex);
    if (log.sink != nullptr) log.sink(line, log.context);
    else writeAll(line);
}

void configure(std::string_view filter, Format format) {
    Log& log = Log::instance();
    const std::lock_guard lock(log.mutex);
    log.filter = parseFilter(filter);
    log.format = format;
    for (const auto& [name, source] : log.sources) source->level = log.filter.levelFor(name);
}

void setSink(Sink sink, void* context) {
    Log& log = Log::instance();
    const std::lock_guard lock(log.mutex);
    log.sink = sink;
    log.context = context;
}

}  // namespace latchkey::log
