// SPDX-License-Identifier: Apache-2.0
#include "plugins/events-webhook/delivery.h"

#include "domain/clock.h"
#include "domain/crypto/encoding.h"
#include "kernel/error.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::events_webhook {

std::string signedText(std::int64_t seconds, std::string_view id, std::string_view body) {
    std::string text = "latchkey-events-v1\n" + std::to_string(seconds) + '\n';
    return text.append(id).append("\n").append(body);
}

int Delivery::send(std::string_view id, const std::string& body) const {
    const std::int64_t seconds = currentTime().us / 1'000'000;
    OutgoingRequest request;
    request.method = "POST";
    request.url = settings_.url;
    request.body = body;
    request.headers = {{"content-type", "application/json"},
                       {"latchkey-id", std::string(id)},
                       {"latchkey-timestamp", std::to_string(seconds)},
                       {"latchkey-signature", "v1=" + hex(hmacSha256(secret_, signedText(seconds, id, body)))}};
    request.timeoutMs = settings_.timeoutMs;
    request.largestAnswer = 64 * 1024;
    request.redirects = 0;
    request.untrusted = !settings_.allowPrivateAddresses;
    return http_.send(request).status;
}

// What says that these events will never be wanted is the end; everything else may be mended meanwhile, a wrong secret included.
JobOutcome outcomeOf(int status) {
    if (status >= 200 && status < 300) return JobOutcome::done();
    const std::string answer = "the receiver answered " + std::to_string(status);
    if (status >= 300 && status < 400) return JobOutcome::retry(answer + ": redirects are not followed, put the final address into events.webhook.url");
    const bool never = status == 400 || status == 410 || status == 413 || status == 422;
    return never ? JobOutcome::failed(answer) : JobOutcome::retry(answer);
}

JobOutcome DeliverEvents::run(std::string_view payload, const JobContext&) {
    std::string id, body;
    try {
        const auto job = Poco::JSON::Parser().parse(std::string(payload)).extract<Poco::JSON::Object::Ptr>();
        id = job->getValue<std::string>("id");
        body = job->getValue<std::string>("body");
    } catch (const std::exception&) {
        return JobOutcome::failed("the job is not one of this version");
    }
    try {
        return outcomeOf(delivery_.send(id, body));
    } catch (const OutgoingHttpError& error) {
        return JobOutcome::retry(error.what());
    }
}

}  // namespace latchkey::events_webhook
