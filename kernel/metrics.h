// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey {

/// Collects metrics in the Prometheus text format, version 1.0.0. Names are those of the convention: `latchkey_` first, base
/// units, `_total` for counters. Samples of one metric must be written one after the other.
class LATCHKEY_API MetricsWriter {
public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    enum class Type { counter, gauge, histogram };

    void metric(std::string_view name, Type type, std::string_view help);
    void sample(std::string_view name, double value, Labels labels = {});
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Offered by whoever has something to count. collect() is called on a request's thread: it must not block.
class LATCHKEY_API MetricsSource {
public:
    static constexpr const char* kService = "kernel.MetricsSource/1";
    virtual ~MetricsSource();
    virtual void collect(MetricsWriter& writer) const = 0;
};

}  // namespace latchkey
