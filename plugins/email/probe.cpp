// SPDX-License-Identifier: Apache-2.0
#include "plugins/email/probe.h"

#include "kernel/log.h"

namespace latchkey::email {

namespace {

const log::Logger kLog("email");

}  // namespace

void EmailCheck::run(Report& report) {
    try {
        const std::string found = transport_.probe();
        if (drops_) report.warn(found, "nobody can register with an address or recover an account: set `email.transport` to smtp or sendmail");
        else report.ok(found);
    } catch (const MailError& error) {
        report.fail(error.what(), error.cure().empty() ? "look at the section `email`" : error.cure());
    }
}

StartProbe::~StartProbe() {
    if (thread_.joinable()) thread_.join();
}

void StartProbe::ready() noexcept {
    try {
        thread_ = std::thread([this] { run(); });
    } catch (const std::exception& error) {
        kLog.warn("mail.probe", "The way out for mails was not tried", {{"error", error.what()}});
    }
}

void StartProbe::run() noexcept {
    try {
        kLog.info("mail.ready", transport_.probe());
    } catch (const std::exception& error) {
        kLog.warn("mail.unreachable", "Mails cannot be sent now; `mas-cli doctor` says more", {{"error", error.what()}});
    }
}

}  // namespace latchkey::email
