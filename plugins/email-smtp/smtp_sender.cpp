// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-smtp/smtp_sender.h"

#include "plugins/email-smtp/conversation.h"

#include <curl/curl.h>

namespace latchkey::smtp {

class SmtpSender::Handle {
public:
    Handle() : curl_(curl_easy_init()) {
        if (curl_ == nullptr) throw MailError("libcurl could not make a handle", MailError::Kind::temporary);
    }
    ~Handle() { curl_easy_cleanup(curl_); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    CURL* native() const noexcept { return curl_; }

private:
    CURL* curl_;
};

/// Comes back after a conversation that went well; one that failed takes its connection along.
class SmtpSender::Lease {
public:
    explicit Lease(SmtpSender& sender) : sender_(sender), handle_(sender.take()) {}
    CURL* native() const { return handle_->native(); }
    void keep() noexcept { sender_.give(std::move(handle_)); }

private:
    SmtpSender& sender_;
    std::unique_ptr<Handle> handle_;
};

constexpr std::size_t kMostIdle = 4;

SmtpSender::SmtpSender(SmtpConfig config) : config_(std::move(config)) { idle_.reserve(kMostIdle); }
SmtpSender::~SmtpSender() = default;

std::unique_ptr<SmtpSender::Handle> SmtpSender::take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Handle>();
    auto handle = std::move(idle_.back());
    idle_.pop_back();
    return handle;
}

void SmtpSender::give(std::unique_ptr<Handle> handle) noexcept {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(handle));
}

void SmtpSender::send(const MailEnvelope& envelope) {
    Lease lease(*this);
    converse(lease.native(), config_, &envelope, cancelled_);
    lease.keep();
}

std::string SmtpSender::probe() {
    Lease lease(*this);
    converse(lease.native(), config_, nullptr, cancelled_);
    lease.keep();
    return "mail server " + config_.where() + " answers" + (config_.mode == Mode::plain ? "" : ", its certificate is good") + (config_.username.empty() ? "" : ", the log-in works");
}

}  // namespace latchkey::smtp
