// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-webhook/webhook_sink.h"

#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "domain/store.h"
#include "plugins/events-webhook/delivery.h"

#include <Poco/JSONString.h>

namespace latchkey::events_webhook {

std::string bodyOf(const EventBatch& batch, const HookSettings& settings) {
    std::string events;
    for (const auto& each : batch) {
        if (settings.wants(each->kind)) events += (events.empty() ? "" : ",") + toJson(*each);
    }
    return events.empty() ? events : "{\"events\":[" + events + "]}";
}

// The body goes as text, so that what is signed at every attempt is the same to the letter.
void WebhookSink::write(const EventBatch& batch) {
    const std::string body = bodyOf(batch, settings_);
    if (body.empty()) return;
    const Instant now = currentTime();
    const std::string payload = "{\"id\":\"" + newId(now).text() + "\",\"body\":" + Poco::toJSON(body, true) + "}";
    const auto work = store_.begin();
    work->jobs().enqueue(newId(now), kQueue, payload, now);
    work->commit();
}

}  // namespace latchkey::events_webhook
