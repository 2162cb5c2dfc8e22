// SPDX-License-Identifier: Apache-2.0
#include "plugins/jobs/payload.h"

#include "domain/queue/job_payload.h"
#include "kernel/error.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>

namespace latchkey::jobs {

Instant moment(std::string_view payload, const char* member) {
    const auto text = payloadText(payload, member);
    int zone = 0;
    Poco::DateTime parsed;
    if (!text || !Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, *text, parsed, zone)) {
        throw Error(std::string("the payload's `") + member + "` is missing or not understood");
    }
    return {parsed.timestamp().epochMicroseconds() - zone * std::int64_t(1'000'000)};
}

std::string rfc3339(Instant at) { return Poco::DateTimeFormatter::format(Poco::Timestamp(at.us), "%Y-%m-%dT%H:%M:%S.%FZ"); }

}  // namespace latchkey::jobs
