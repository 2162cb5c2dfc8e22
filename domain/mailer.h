// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "kernel/export.h"

#include <string>
#include <string_view>

namespace latchkey {

/// A mail was not taken. what() is for the log: by whom, in which words, what to look at. Never an address's owner's secrets: no text
/// of the mail, no password. kind() says whether the same mail may be taken later.
class LATCHKEY_API MailError : public Error {
public:
    enum class Kind {
        temporary,  ///< nobody answers, the conversation broke off, 4xx, the sender's own log-in failed: worth another try
        permanent,  ///< 5xx about this mail, or an address that no mail can have: it will be refused again
    };
    MailError(const std::string& message, Kind kind, std::string cure = {});
    ~MailError() override;
    Kind kind() const noexcept { return kind_; }
    const std::string& cure() const noexcept { return cure_; }  ///< what an administrator does about it; may be empty

private:
    Kind kind_;
    std::string cure_;
};

/// Somebody's address, with a name that may hold any characters.
struct Mailbox {
    std::string name;     ///< may be empty
    std::string address;  ///< `user@example.org`

    /// `user@example.org` or `Some Name <user@example.org>` (RFC 5322's mailbox, without comments and groups), ASCII addresses
    /// only. Throws MailError (permanent) if it is not that.
    static Mailbox parse(std::string_view text);
};

/// Whether mail can be sent to it: one `@`, no blanks or control characters, ASCII, at most 254 characters.
LATCHKEY_API bool isMailAddress(std::string_view text);

struct MailMessage {
    Mailbox to;
    std::string subject;  ///< any text; line breaks become blanks
    std::string text;     ///< UTF-8
    std::string html;     ///< UTF-8; the same again
};

/// Sends mails; from whom is its configuration. Thread-safe. A call may take half a minute: never make it with a unit of work open.
class LATCHKEY_API Mailer {
public:
    static constexpr const char* kService = "domain.Mailer/1";
    virtual ~Mailer();
    /// Returns when the mail has been taken over by the next server on its way. Throws MailError.
    virtual void send(const MailMessage& message) = 0;
};

/// A mail ready to go. `from` and `to` are checked addresses (isMailAddress), `content` is RFC 5322 text with CRLF line ends.
struct MailEnvelope {
    std::string from;
    std::string to;
    std::string content;
};

/// One way out for mails. Thread-safe.
class LATCHKEY_API MailSender {
public:
    virtual ~MailSender();
    /// Throws MailError.
    virtual void send(const MailEnvelope& envelope) = 0;
    /// Goes as far as one can without a mail: connects, checks the other side's certificate, logs in. Says what it found, for an
    /// administrator (`smtp.example.org:587 takes mail`). Throws MailError.
    virtual std::string probe() = 0;
};


/// One value of `email.transport`. Plugins offer these while they start; the plugin `email` picks the configured one and offers a
/// Mailer over it.
class LATCHKEY_API MailTransport {
public:
    static constexpr const char* kService = "domain.MailTransport/1";
    virtual ~MailTransport();
    virtual std::string name() const = 0;
    /// Called at most once. The result lives as long as the plugin.
    virtual MailSender& open() = 0;
};

}  // namespace latchkey
