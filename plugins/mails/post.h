// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"
#include "domain/queue/job_handler.h"
#include "plugins/mails/settings.h"

#include <atomic>
#include <string>

namespace latchkey::mails {

/// Lets mails past, until one waited long in vain: then one at a time may try, so that a mail server that does not answer
/// does not keep all threads of the queue, on which other jobs wait. Thread-safe.
class Gate {
public:
    static constexpr std::int64_t kPauseMs = 10'000;
    bool enter(std::int64_t nowMs) noexcept;
    void close(std::int64_t nowMs) noexcept { closedUntil_ = nowMs + kPauseMs; }
    void open() noexcept { closedUntil_ = 0; }

private:
    std::atomic<std::int64_t> closedUntil_{0};
};

/// Writes a mail in its reader's language and hands it over. Thread-safe.
class Post {
public:
    /// A mail that took longer than this to fail closes the gate.
    static constexpr std::int64_t kLongMs = 2'000;

    Post(Mailer& mailer, const Settings& settings, const CurrentMailTemplates& templates)
        : mailer_(mailer), settings_(settings), templates_(templates) {}

    /// Never with a unit of work open. `view` holds what the mail is about; who reads it, and the names of this service, come to it.
    JobOutcome send(const std::string& mail, std::string_view language, const std::string& username, const std::string& address, templates::View view);
    const Settings& settings() const { return settings_; }

private:
    JobOutcome failed(const std::string& mail, const MailError& error, std::int64_t tookMs);

    Mailer& mailer_;
    const Settings& settings_;
    const CurrentMailTemplates& templates_;
    Gate gate_;
};

}  // namespace latchkey::mails
