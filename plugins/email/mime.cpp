// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/mime.h"

#include "domain/secret.h"

namespace latchkey::email {

namespace {

constexpr std::size_t kLongestPart = 1 << 20;

std::string part(const std::string& boundary, const char* type, const std::string& text) {
    return "--" + boundary + "\r\nContent-Type: " + type + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + quotedPrintable(text) + "\r\n";
}

std::string headerOf(const Sender& sender, const MailMessage& message, Instant now) {
    constexpr std::size_t kIdCharacters = 32;
    const std::string domain = sender.from.address.substr(sender.from.address.rfind('@') + 1);
    return "From: " + mailboxHeader(sender.from) + "\r\nReply-To: " + mailboxHeader(sender.replyTo) + "\r\nTo: " + mailboxHeader(message.to) +
           "\r\nSubject: " + unstructuredHeader(message.subject) + "\r\nDate: " + mailDate(now) + "\r\nMessage-ID:\r\n <" + randomAlphanumerics(kIdCharacters) + '@' +
           domain + ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
}

bool printsAsIs(char c) { return c >= 0x20 && c < 0x7F && c != '='; }

std::string escaped(char c) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'=', kDigits[byte >> 4], kDigits[byte & 15]};
}

}  // namespace

// Blanks at a line's end are escaped, and so is a dot at its beginning, which SMTP would double.
std::string quotedPrintable(std::string_view text) {
    constexpr std::size_t kLongestLine = 75;  // and the `=` of a soft break
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (text[i] == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool atEnd = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
        const bool plain = printsAsIs(text[i]) && !(text[i] == ' ' && atEnd) && !(text[i] == '.' && column == 0);
        const std::string piece = plain ? std::string(1, text[i]) : escaped(text[i]);
        if (column + piece.size() > kLongestLine) {
            out += "=\r\n";
            column = 0;
        }
        out += piece == "." && column == 0 ? escaped('.') : piece;
        column += piece == "." && column == 0 ? 3 : piece.size();
    }
    return out;
}

// "=_" never stands in quoted-printable text, so that no text can contain the boundary.
std::string composeMail(const Sender& sender, const MailMessage& message, Instant now) {
    constexpr std::size_t kBoundaryCharacters = 32;
    if (message.text.size() > kLongestPart || message.html.size() > kLongestPart) throw MailError("the mail is larger than a megabyte", MailError::Kind::permanent);
    const std::string boundary = "=_" + randomAlphanumerics(kBoundaryCharacters);
    return headerOf(sender, message, now) + "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n" +
           part(boundary, "text/plain", message.text) + part(boundary, "text/html", message.html) + "--" + boundary + "--\r\n";
}

}  // namespace latchkey::email
