// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-webhook/doctor.h"

namespace latchkey::webhook {

void WebhookCheck::run(Report& report) {
    if (!isPrivateWay(settings_.endpoint)) report.warn("calls go to " + settings_.endpoint + " unencrypted", "use https, or see that nobody else is on that network");
    try {
        const ReceiverInfo info = ask_();
        names(report, info);
        if (!info.introspection) return;
        if (*info.introspection == "ok") report.ok("the homeserver reaches this service to ask about tokens");
        else report.fail("the homeserver does not reach this service to ask about tokens: " + info.introspection->substr(0, 200), "see that this service runs (mas-cli server), and the address and secret that the homeserver has of it");
    } catch (const HomeserverError& error) {
        const bool said = error.reason() != HomeserverError::Reason::failed;  // by the check of the plugin homeserver
        if (!said) report.fail(error.what(), "let the answer to `ping` be a JSON object, see docs/homeserver-webhook.md");
    }
}

void WebhookCheck::names(Report& report, const ReceiverInfo& info) const {
    if (!info.serverName) return;
    if (*info.serverName == settings_.serverName) report.ok("the homeserver is " + settings_.serverName + ", as matrix.homeserver says");
    else report.fail("the homeserver calls itself " + info.serverName->substr(0, 255) + ", matrix.homeserver says " + settings_.serverName, "set matrix.homeserver to the homeserver's own name, or correct matrix.endpoint");
}

}  // namespace latchkey::webhook
