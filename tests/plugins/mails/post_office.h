// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/email-smtp/smtp_sender.h"
#include "plugins/email/configured_mailer.h"
#include "plugins/jobs/worker.h"
#include "plugins/mails/code_mail.h"
#include "plugins/mails/recovery_mail.h"
#include "tests/contract/oauth/world.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

#include <memory>
#include <string>

namespace latchkey::mails {

/// A worker that sends the mails of a database to a real mail server, which can be away.
class PostOffice {
public:
    explicit PostOffice(contract::World& world);

    void openServer();
    void closeServer() { server_.reset(); }
    void startWorker();

    /// The job of a code for a new registration with that address; returns the e-mail authentication.
    Ulid register_(const std::string& name, const std::string& address, const std::string& language = "en");
    /// The job of a recovery by that address.
    Ulid recover(const std::string& address, const std::string& language = "en", const std::string& ip = "192.0.2.7");
    void enqueue(const std::string& queue, const std::string& payload);

    /// Until nothing waits or runs any more; retries are due at once.
    void await();
    /// How many this server took that were to this address (to anybody, if it is empty).
    int mails(const std::string& to = "");
    /// A part of the nth mail: "header", "txt" or "html".
    std::string part(int number, const std::string& name) const;

    contract::World& world;
    Settings settings;

private:
    test::TemporaryDirectory folder_;
    const int port_ = test::freePort();
    smtp::SmtpSender sender_;
    email::ConfiguredMailer mailer_;
    CurrentMailTemplates templates_;
    Post post_;
    CodeMail code_;
    RecoveryLinks links_;
    RecoveryMail recovery_;
    RecoveryMailOfOne recoveryOfOne_;
    jobs::Statistics statistics_;
    std::unique_ptr<test::Process> server_;
    std::unique_ptr<jobs::Worker> worker_;
};

}  // namespace latchkey::mails
