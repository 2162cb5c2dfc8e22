// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"
#include "plugins/email-smtp/config.h"

#include <string>

namespace latchkey::smtp {

/// How a conversation failed.
struct Failure {
    int curlCode = 0;       ///< a CURLcode
    long reply = 0;         ///< the server's last reply code; 0: none
    std::string words;      ///< the line that it complained with
    std::string detail;     ///< libcurl's words
    bool bodySent = false;  ///< the mail itself had been sent when it failed
};

/// What that means for the mail and for the administrator. Only a 5xx about this mail is permanent: what is wrong with the server's name,
/// certificate or log-in can be corrected while mails wait.
MailError failureOf(const Failure& failure, const SmtpConfig& config, const std::string& recipient);

}  // namespace latchkey::smtp
