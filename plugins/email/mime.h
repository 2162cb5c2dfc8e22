// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"
#include "domain/time.h"

#include <string>
#include <string_view>

namespace latchkey::email {

/// Who mails come from.
struct Sender {
    Mailbox from;
    Mailbox replyTo;
};

/// A message with its header, as RFC 5322 and RFC 2046 have it: ASCII, CRLF, lines of at most 78 characters (more only for
/// long addresses). Whatever name,
/// subject and texts hold, it stays their text. Throws MailError (permanent) for an address that is none and for texts of more than
/// a megabyte.
std::string composeMail(const Sender& sender, const MailMessage& message, Instant now);

/// RFC 2047: as it is if that is plain enough, else as encoded words of UTF-8, folded.
std::string unstructuredHeader(std::string_view text);
/// RFC 5322's mailbox.
std::string mailboxHeader(const Mailbox& mailbox);
/// RFC 2045 §6.7.
std::string quotedPrintable(std::string_view text);
/// RFC 5322 §3.3, UTC.
std::string mailDate(Instant at);

}  // namespace latchkey::email
