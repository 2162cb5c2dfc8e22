// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/cron.h"

#include "kernel/error.h"

#include <charconv>
#include <chrono>
#include <string>
#include <vector>

namespace latchkey::jobs {

namespace {

constexpr std::int64_t kDay = 86'400;

[[noreturn]] void malformed(std::string_view part) { throw Error("cron: `" + std::string(part) + "` is not understood"); }

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(std::min(end + 1, text.size()))) {
        end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
    }
    return parts;
}

unsigned number(std::string_view text, unsigned low, unsigned high) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) malformed(text);
    return value;
}

void add(std::bitset<64>& field, std::string_view part, unsigned low, unsigned high) {
    const auto stepped = split(part, '/');
    if (stepped.size() > 2) malformed(part);
    const unsigned step = stepped.size() == 2 ? number(stepped[1], 1, 60) : 1;
    unsigned first = low;
    unsigned last = high;
    if (stepped[0] != "*") {
        const auto range = split(stepped[0], '-');
        if (range.size() > 2) malformed(part);
        first = number(range[0], low, high);
        last = range.size() == 2 ? number(range[1], low, high) : stepped.size() == 2 ? high : first;
    }
    for (unsigned value = first; value <= last; value += step) field.set(value);
}

std::bitset<64> parse(std::string_view text, unsigned low, unsigned high) {
    std::bitset<64> field;
    for (const std::string_view part : split(text, ',')) add(field, part, low, high);
    if (field.none()) malformed(text);
    return field;
}

}  // namespace

Cron::Cron(std::string_view text) {
    const auto fields = split(text, ' ');
    if (fields.size() != 6) malformed(text);
    seconds_ = parse(fields[0], 0, 59);
    minutes_ = parse(fields[1], 0, 59);
    hours_ = parse(fields[2], 0, 23);
    days_ = parse(fields[3], 1, 31);
    months_ = parse(fields[4], 1, 12);
    weekdays_ = parse(fields[5], 0, 6);
}

bool Cron::day(std::int64_t daysSince1970) const {
    const std::chrono::sys_days day{std::chrono::days(daysSince1970)};
    const std::chrono::year_month_day date(day);
    return days_[unsigned(date.day())] && months_[unsigned(date.month())] && weekdays_[std::chrono::weekday(day).c_encoding()];
}

// Whatever does not fit is skipped whole: a day, an hour, a minute.
Instant Cron::next(Instant after) const {
    std::int64_t at = after.us / 1'000'000 + 1;
    const std::int64_t end = at + 5 * 366 * kDay;
    while (at < end) {
        const auto inDay = static_cast<std::size_t>(at % kDay);
        if (!day(at / kDay)) at += kDay - at % kDay;
        else if (!hours_[inDay / 3600]) at += 3600 - at % 3600;
        else if (!minutes_[inDay / 60 % 60]) at += 60 - at % 60;
        else if (!seconds_[inDay % 60]) ++at;
        else return {at * 1'000'000};
    }
    throw Error("cron: there is no such moment within five years");
}

}  // namespace latchkey::jobs
