// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-sendmail/sendmail_sender.h"

#include "plugins/email-sendmail/program.h"

#include <algorithm>
#include <cstdlib>
#include <sysexits.h>
#include <unistd.h>

namespace latchkey::sendmail {

namespace {

std::string oneLine(std::string text, const std::string& recipient) {
    for (std::size_t at = text.find(recipient); at != std::string::npos; at = text.find(recipient, at)) text.replace(at, recipient.size(), "…");
    std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return text.substr(0, 200);
}

std::string reasonOf(const Ended& ended, const std::string& recipient) {
    if (ended.timedOut) return "did not end in time, and was killed";
    const std::string how = ended.exitCode < 0 ? "was ended by a signal" : "ended with exit code " + std::to_string(ended.exitCode);
    return ended.errors.empty() ? how : how + ": " + oneLine(ended.errors, recipient);
}

// sysexits.h: only what is about this mail will be refused again; the rest is the machine's state.
MailError::Kind kindOf(const Ended& ended) {
    const bool aboutTheMail = ended.exitCode == EX_DATAERR || ended.exitCode == EX_NOUSER || ended.exitCode == EX_NOHOST;
    return aboutTheMail ? MailError::Kind::permanent : MailError::Kind::temporary;
}

bool canRun(const std::string& file) { return ::access(file.c_str(), X_OK) == 0; }

bool isFound(const std::string& command) {
    if (command.find('/') != std::string::npos) return canRun(command);
    const char* path = std::getenv("PATH");
    for (std::string rest = path == nullptr ? "/usr/bin:/bin" : path; !rest.empty();) {
        const std::size_t colon = rest.find(':');
        if (canRun(rest.substr(0, colon) + '/' + command)) return true;
        rest = colon == std::string::npos ? std::string() : rest.substr(colon + 1);
    }
    return false;
}

}  // namespace

// An address that begins with a dash is behind `--`; the sender's is from the configuration.
void SendmailSender::send(const MailEnvelope& envelope) {
    std::string content = envelope.content;  // a local program expects the system's line ends
    content.erase(std::remove(content.begin(), content.end(), '\r'), content.end());
    const Ended ended = runProgram({command_, "-i", "-f", envelope.from, "--", envelope.to}, content, timeoutMs_);
    if (ended.exitCode != 0) throw MailError(command_ + ' ' + reasonOf(ended, envelope.to), kindOf(ended), "the mail system's log says why");
}

std::string SendmailSender::probe() {
    if (isFound(command_)) return "mails are given to " + command_;
    throw MailError(command_ + " is no program that can be run", MailError::Kind::temporary, "set email.command to the path of sendmail, usually /usr/sbin/sendmail");
}

}  // namespace latchkey::sendmail
