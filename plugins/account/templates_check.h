// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/command.h"
#include "plugins/account/settings.h"

namespace latchkey::account {

/// `templates check`: renders every page and mail with sample data in every language.
class TemplatesCheck final : public Command {
public:
    explicit TemplatesCheck(const Settings& settings) : settings_(settings) {}
    std::string path() const override { return "templates check"; }
    std::string summary() const override { return "Render every page and mail with sample data, in every language; a name that it does not have is an error"; }
    Needs needs() const override { return Needs::configuration; }
    std::vector<OptionSpec> options() const override;
    int run(const Arguments& arguments, Services& services) override;

private:
    void write(const Theme& theme, const std::string& folder) const;
    void write(const mails::MailTemplates& mails, const std::string& folder) const;
    const Settings& settings_;
};

}  // namespace latchkey::account
