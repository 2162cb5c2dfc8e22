// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/mailer.h"
#include "plugins/email-smtp/config.h"

#include <atomic>
#include <string>

namespace latchkey::smtp {

/// One conversation with the mail server; `curl` is a CURL*, whose connections stay. Without an envelope: as far as a NOOP. Throws MailError.
void converse(void* curl, const SmtpConfig& config, const MailEnvelope* envelope, const std::atomic<bool>& cancelled);

}  // namespace latchkey::smtp
