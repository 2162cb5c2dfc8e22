// SPDX-License-Identifier: Apache-2.0
#include "kernel/plugin_abi.h"

#include "domain/store.h"
#include "kernel/log.h"
#include "kernel/services.h"
#include "plugins/mails/code_mail.h"
#include "plugins/mails/recovery_mail.h"

#include <optional>

namespace latchkey::mails {

/// The mails that people get, as jobs of the queue: whoever runs the queue sends them.
class MailsPlugin final : public Plugin, private Reloadable {
public:
    void configure(const config::Section& root) override { settings_ = Settings::parse(root); }

    void start(Services& services) override {
        reload();
        auto* mailer = services.find<Mailer>();
        if (mailer == nullptr) {
            log::Logger("mails").warn("mail.no_mailer", "mails stay in the queue: no plugin offers a mailer");
            return;
        }
        post_.emplace(*mailer, settings_, templates_);
        code_.emplace(services.need<Store>(), *post_);
        links_.emplace(services.need<Store>(), *post_);
        recovery_.emplace(services.need<Store>(), *links_);
        recoveryOfOne_.emplace(services.need<Store>(), *links_);
        services.offer<JobHandler>(*code_);
        services.offer<JobHandler>(*recovery_);
        services.offer<JobHandler>(*recoveryOfOne_);
        services.offer<Reloadable>(*this);
    }

private:
    void reload() override { templates_.set(MailTemplates::load(settings_.templates)); }

    Settings settings_;
    CurrentMailTemplates templates_;
    std::optional<Post> post_;
    std::optional<CodeMail> code_;
    std::optional<RecoveryLinks> links_;
    std::optional<RecoveryMail> recovery_;
    std::optional<RecoveryMailOfOne> recoveryOfOne_;
};

}  // namespace latchkey::mails

LATCHKEY_PLUGIN(latchkey::mails::MailsPlugin, "mails", latchkey::kVersion, "Mails for people: codes that prove an address, links to recover an account")
