// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/outgoing_http.h"
#include "domain/queue/job_handler.h"
#include "plugins/events-webhook/settings.h"

#include <string>
#include <string_view>

namespace latchkey::events_webhook {

inline constexpr const char* kQueue = "deliver-events";

/// What is signed: `latchkey-events-v1`, the time, the id of the delivery, and the body, in lines.
std::string signedText(std::int64_t seconds, std::string_view id, std::string_view body);

/// Sends events to the receiver, signed.
class Delivery {
public:
    Delivery(OutgoingHttp& http, const HookSettings& settings, std::string secret) : http_(http), settings_(settings), secret_(std::move(secret)) {}
    /// `body` is JSON. Throws OutgoingHttpError; any status is an answer.
    int send(std::string_view id, const std::string& body) const;

private:
    OutgoingHttp& http_;
    const HookSettings& settings_;
    const std::string secret_;
};

/// Runs the jobs of the queue, which hold what is to be sent: an event survives a receiver that is away, and the end of this
/// process. The id of a delivery is the same at every attempt.
class DeliverEvents final : public JobHandler {
public:
    explicit DeliverEvents(const Delivery& delivery) : delivery_(delivery) {}
    std::string_view queue() const override { return kQueue; }
    Duration softLimit() const override { return Duration::seconds(90); }
    JobOutcome run(std::string_view payload, const JobContext& context) override;

private:
    const Delivery& delivery_;
};

/// What an answer means.
JobOutcome outcomeOf(int status);

}  // namespace latchkey::events_webhook
