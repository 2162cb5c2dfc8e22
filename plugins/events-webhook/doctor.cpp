// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-webhook/doctor.h"

#include "domain/clock.h"

namespace latchkey::events_webhook {

void WebhookCheck::run(Report& report) {
    if (settings_.url.starts_with("http://")) report.warn("events go to " + settings_.url + " unencrypted", "use https, or see that nobody else is on that network");
    try {
        const int status = delivery_.send(newId(currentTime()).text(), "{\"events\":[]}");
        if (outcomeOf(status).kind == JobOutcome::Kind::done) return report.ok("the receiver of events answers");
        report.fail("the receiver of events answered " + std::to_string(status) + " to a delivery without events",
                    status == 401 || status == 403 ? "see that both sides have the same events.webhook.secret, and that their clocks agree" : "look at the receiver, and at events.webhook.url");
    } catch (const OutgoingHttpError& error) {
        report.fail(std::string("the receiver of events cannot be reached: ") + error.what(),
                    "look at events.webhook.url; for an address of a private network set events.webhook.allow_private_addresses");
    }
}

}  // namespace latchkey::events_webhook
