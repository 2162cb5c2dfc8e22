// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/configured_mailer.h"

#include "domain/clock.h"
#include "kernel/deadline.h"

namespace latchkey::email {

// The one place that counts also has to see failures pass.
void ConfiguredMailer::send(const MailMessage& message) {
    const std::int64_t begun = monotonicMs();
    try {
        deliver(message);
        ++sent_;
    } catch (const MailError& error) {
        ++counterOf(error.kind());
        milliseconds_ += static_cast<std::uint64_t>(monotonicMs() - begun);
        throw;
    }
    milliseconds_ += static_cast<std::uint64_t>(monotonicMs() - begun);
}

void ConfiguredMailer::deliver(const MailMessage& message) {
    transport_.send({.from = sender_.from.address, .to = message.to.address, .content = composeMail(sender_, message, currentTime())});
}

void ConfiguredMailer::collect(MetricsWriter& writer) const {
    writer.metric("latchkey_mails_total", MetricsWriter::Type::counter, "Mails by what became of them");
    writer.sample("latchkey_mails_total", static_cast<double>(sent_), {{"result", "sent"}});
    writer.sample("latchkey_mails_total", static_cast<double>(temporary_), {{"result", "temporary_failure"}});
    writer.sample("latchkey_mails_total", static_cast<double>(permanent_), {{"result", "permanent_failure"}});
    writer.metric("latchkey_mail_seconds_total", MetricsWriter::Type::counter, "Time spent handing mails over");
    writer.sample("latchkey_mail_seconds_total", static_cast<double>(milliseconds_) / 1000);
}

}  // namespace latchkey::email
