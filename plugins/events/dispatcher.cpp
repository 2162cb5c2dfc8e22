// SPDX-License-Identifier: Apache-2.0
#include "plugins/events/dispatcher.h"

#include "domain/clock.h"

namespace latchkey::events {

namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestText = 1024;

}  // namespace

Dispatcher::Dispatcher(const std::vector<EventSink*>& sinks, bool unknownNames, QueueLimits limits) : unknownNames_(unknownNames), emitted_(allEventKinds().size()) {
    for (EventSink* each : sinks) queues_.push_back(std::make_unique<SinkQueue>(*each, limits));
}

// Once here, so that no sink has to think of it.
void Dispatcher::tidy(Event& event) const {
    if (event.userId || !unknownNames_) event.nameTried.clear();
    for (std::string* each : {&event.via, &event.username, &event.method, &event.reason, &event.nameTried, &event.email}) cleanText(*each, kLongestName);
    cleanText(event.scope, kLongestText);
    if (event.ip) cleanText(*event.ip, kLongestName);
    if (event.userAgent) cleanText(*event.userAgent, kLongestName);
}

void Dispatcher::emit(Event event) noexcept try {
    event.at = currentTime();
    event.id = newId(event.at);
    tidy(event);
    ++emitted_[static_cast<std::size_t>(event.kind)];
    const auto shared = std::make_shared<const Event>(std::move(event));
    for (const auto& each : queues_) each->push(shared);
} catch (...) {
    lost();
}

void Dispatcher::drain(const Deadline& deadline) noexcept {
    for (const auto& each : queues_) each->drain(deadline);
}

void Dispatcher::stop() noexcept {
    for (const auto& each : queues_) each->stop();
}

void Dispatcher::collect(MetricsWriter& writer) const {
    writer.metric("latchkey_events_total", MetricsWriter::Type::counter, "Events by name");
    for (const EventKind each : allEventKinds()) {
        writer.sample("latchkey_events_total", static_cast<double>(emitted_[static_cast<std::size_t>(each)].load()), {{"event", eventName(each)}});
    }
    writer.metric("latchkey_events_lost_total", MetricsWriter::Type::counter, "Events that could not be put together, for want of memory");
    writer.sample("latchkey_events_lost_total", static_cast<double>(lost_.load()));

    const auto perSink = [&](const char* name, MetricsWriter::Type type, const char* help, auto value) {
        writer.metric(name, type, help);
        for (const auto& each : queues_) writer.sample(name, static_cast<double>(value(each->stats())), {{"sink", each->sinkName()}});
    };
    using Stats = SinkQueue::Stats;
    perSink("latchkey_event_sink_waiting", MetricsWriter::Type::gauge, "Events that a sink has still to get", [](const Stats& s) { return s.waiting; });
    perSink("latchkey_event_sink_written_total", MetricsWriter::Type::counter, "Events that a sink took", [](const Stats& s) { return s.written; });
    perSink("latchkey_event_sink_dropped_total", MetricsWriter::Type::counter, "Events dropped, because too many waited for the sink", [](const Stats& s) { return s.dropped; });
    perSink("latchkey_event_sink_lost_total", MetricsWriter::Type::counter, "Events that a sink refused", [](const Stats& s) { return s.lost; });
    perSink("latchkey_event_sink_failures_total", MetricsWriter::Type::counter, "Attempts of a sink that failed", [](const Stats& s) { return s.failures; });
}

}  // namespace latchkey::events
