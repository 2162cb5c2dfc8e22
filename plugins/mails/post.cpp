// SPDX-License-Identifier: Apache-2.0
#include "plugins/mails/post.h"

#include "kernel/deadline.h"
#include "kernel/log.h"

namespace latchkey::mails {

namespace {

const log::Logger kLog("mails");

}  // namespace

bool Gate::enter(std::int64_t nowMs) noexcept {
    std::int64_t until = closedUntil_;
    if (until == 0) return true;
    return nowMs >= until && closedUntil_.compare_exchange_strong(until, nowMs + kPauseMs);
}

JobOutcome Post::send(const std::string& mail, std::string_view language, const std::string& username, const std::string& address, templates::View view) {
    view.set("mxid", settings_.mxid(username)).set("email", address);
    MailText words = templates_.get()->render(mail, language, std::move(view));
    const std::int64_t begun = monotonicMs();
    if (!gate_.enter(begun)) return JobOutcome::retry("put off: the mail server did not answer just now");
    try {
        mailer_.send({.to = {username, address}, .subject = std::move(words.subject), .text = std::move(words.text), .html = std::move(words.html)});
    } catch (const MailError& error) {
        return failed(mail, error, monotonicMs() - begun);
    }
    gate_.open();
    kLog.info("mail.sent", "a mail was handed over", {{"mail", mail}, {"ms", monotonicMs() - begun}});
    return JobOutcome::done();
}

JobOutcome Post::failed(const std::string& mail, const MailError& error, std::int64_t tookMs) {
    if (error.kind() == MailError::Kind::temporary) {
        if (tookMs >= kLongMs) gate_.close(monotonicMs());
        return JobOutcome::retry(error.what());
    }
    gate_.open();
    const std::string cure = error.cure().empty() ? "nothing, if the address is wrong; else ask those who run its mail server" : error.cure();
    kLog.warn("mail.refused", "A mail was refused for good, and is not sent again", {{"mail", mail}, {"error", error.what()}, {"do", cure}});
    return JobOutcome::failed(error.what());
}

}  // namespace latchkey::mails
