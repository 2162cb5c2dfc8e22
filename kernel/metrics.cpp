// SPDX-License-Identifier: Apache-2.0
#include "kernel/metrics.h"

#include <cmath>
#include <cstdio>

namespace latchkey {

namespace {

void appendEscaped(std::string& out, std::string_view text, bool quotes) {
    for (const char c : text) {
        if (c == '\\') out += "\\\\";
        else if (c == '\n') out += "\\n";
        else if (c == '"' && quotes) out += "\\\"";
        else out += c;
    }
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    char buffer[32];
    const bool whole = std::floor(value) == value && std::fabs(value) < 1e15;
    std::snprintf(buffer, sizeof buffer, whole ? "%.0f" : "%.9g", value);
    return buffer;
}

}  // namespace

void MetricsWriter::metric(std::string_view name, Type type, std::string_view help) {
    text_.append("# HELP ").append(name).append(" ");
    appendEscaped(text_, help, false);
    text_.append("\n# TYPE ").append(name);
    text_ += type == Type::counter ? " counter\n" : type == Type::gauge ? " gauge\n" : " histogram\n";
}

void MetricsWriter::sample(std::string_view name, double value, Labels labels) {
    text_ += name;
    char separator = '{';
    for (const auto& [key, label] : labels) {
        text_ += separator;
        text_.append(key).append("=\"");
        appendEscaped(text_, label, true);
        text_ += '"';
        separator = ',';
    }
    if (separator == ',') text_ += '}';
    text_.append(" ").append(number(value)).append("\n");
}

MetricsSource::~MetricsSource() = default;

}  // namespace latchkey
