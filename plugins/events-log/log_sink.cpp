// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-log/log_sink.h"

#include "kernel/log.h"

#include <array>
#include <utility>

namespace latchkey::events_log {

namespace {

const log::Logger& logger() {
    static const log::Logger logger("events");
    return logger;
}

using Named = std::pair<std::string_view, std::string>;
constexpr std::size_t kMostFields = 20;

log::Field fieldOf(const Named& named) { return {named.first, named.second}; }

// A logger takes a list of fixed length: there is a function for each.
template <std::size_t... Index>
void writeFields(const Event& event, const std::vector<Named>& fields, std::index_sequence<Index...>) {
    logger().info(eventName(event.kind), eventText(event.kind), {fieldOf(fields[Index])...});
}

using Writer = void (*)(const Event&, const std::vector<Named>&);

template <std::size_t Count>
void writeSome(const Event& event, const std::vector<Named>& fields) {
    writeFields(event, fields, std::make_index_sequence<Count>());
}

template <std::size_t... Count>
constexpr std::array<Writer, sizeof...(Count)> writersFor(std::index_sequence<Count...>) {
    return {&writeSome<Count + 1>...};
}

}  // namespace

void LogSink::write(const EventBatch& batch) {
    static constexpr auto kWriters = writersFor(std::make_index_sequence<kMostFields>());
    if (!logger().enabled(log::Level::info)) return;
    for (const auto& each : batch) {
        const auto fields = fieldsOf(*each);  // `actor` is always there
        kWriters.at(fields.size() - 1)(*each, fields);
    }
}

void LogSinkCheck::run(Report& report) {
    if (logger().enabled(log::Level::info)) report.ok("events are logged");
    else report.warn("events are not logged: logging.filter, or RUST_LOG, hides them", "add `events=info` to the filter, or set events.log: false");
}

}  // namespace latchkey::events_log
