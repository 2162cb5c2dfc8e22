// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/figures.h"

namespace latchkey::homeserver {

namespace {

using Type = MetricsWriter::Type;

constexpr const char* kBoundTexts[] = {"0.01", "0.05", "0.25", "1", "5", "30"};
static_assert(std::size(kBoundTexts) == Figures::kBounds.size());

}  // namespace

void Figures::count(std::string_view call, bool failed, std::int64_t milliseconds) {
    const std::lock_guard lock(mutex_);
    Call& figures = calls_[std::string(call)];
    const double seconds = static_cast<double>(milliseconds) / 1000;
    ++figures.made;
    if (failed) ++figures.failed;
    figures.seconds += seconds;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        if (seconds <= kBounds[i]) ++figures.within[i];
    }
}

void Figures::countSkipped(std::string_view call) {
    const std::lock_guard lock(mutex_);
    ++calls_[std::string(call)].skipped;
}

void Figures::collect(MetricsWriter& writer) const {
    const std::lock_guard lock(mutex_);
    writer.metric("latchkey_homeserver_call_failures_total", Type::counter, "Calls of the homeserver that failed.");
    for (const auto& [name, call] : calls_) writer.sample("latchkey_homeserver_call_failures_total", static_cast<double>(call.failed), {{"call", name}});
    writer.metric("latchkey_homeserver_calls_skipped_total", Type::counter, "Calls that were not made, as the homeserver had failed several times before.");
    for (const auto& [name, call] : calls_) writer.sample("latchkey_homeserver_calls_skipped_total", static_cast<double>(call.skipped), {{"call", name}});
    writeDurations(writer);
}

void Figures::writeDurations(MetricsWriter& writer) const {
    writer.metric("latchkey_homeserver_call_seconds", Type::histogram, "How long calls of the homeserver took, repetitions included.");
    for (const auto& [name, call] : calls_) {
        for (std::size_t i = 0; i < kBounds.size(); ++i) {
            writer.sample("latchkey_homeserver_call_seconds_bucket", static_cast<double>(call.within[i]), {{"call", name}, {"le", kBoundTexts[i]}});
        }
        writer.sample("latchkey_homeserver_call_seconds_bucket", static_cast<double>(call.made), {{"call", name}, {"le", "+Inf"}});
        writer.sample("latchkey_homeserver_call_seconds_sum", call.seconds, {{"call", name}});
        writer.sample("latchkey_homeserver_call_seconds_count", static_cast<double>(call.made), {{"call", name}});
    }
}

}  // namespace latchkey::homeserver
