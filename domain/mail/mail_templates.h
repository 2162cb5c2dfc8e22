// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/template/template.h"
#include "domain/template/translations.h"
#include "kernel/export.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::mails {

/// Data for a mail as it might be.
struct LATCHKEY_API MailSample {
    std::string mail;
    templates::View view;
};

struct LATCHKEY_API MailText {
    std::string subject;
    std::string text;
    std::string html;
};

/// Where the mails' words come from.
struct LATCHKEY_API MailTemplateSettings {
    std::optional<std::string> templates = {};     ///< `templates.path`; an administrator's files are in mails/ below it
    std::optional<std::string> translations = {};  ///< `templates.translations_path`
    std::string serviceName = {};
    std::string serverName = {};
    std::string baseUrl = {};                      ///< of this service; never what a request says
};

/// All mails in all languages, as one consistent whole that never changes.
class LATCHKEY_API MailTemplates {
public:
    /// Built-in files, and the administrator's over them; every mail is rendered with sample data in every language. Throws Error
    /// with all problems.
    static std::shared_ptr<const MailTemplates> load(const MailTemplateSettings& settings);

    /// In the language of that tag ("fr-CA"), its base language ("fr"), or English.
    MailText render(const std::string& mail, std::string_view language, templates::View view) const;
    const std::vector<std::string>& languages() const { return languages_; }
    /// "fr: mail.recovery.lead" for each text that falls back to English.
    std::vector<std::string> untranslated() const;

    static std::vector<MailSample> samples();

private:
    struct Files;
    using Parts = std::map<std::string, templates::Template>;  ///< by extension

    explicit MailTemplates(const MailTemplateSettings& settings);
    void compile(const Files& files);
    void check();
    MailText assembled(const std::string& mail, const std::string& language, templates::View view, bool strict) const;

    MailTemplateSettings settings_;
    templates::Translations translations_;
    std::vector<std::string> languages_;
    std::map<std::string, std::map<std::string, Parts>> mails_;  // by language, then name
    std::vector<std::string> problems_;
};

/// The templates in use. Thread-safe.
class CurrentMailTemplates {
public:
    std::shared_ptr<const MailTemplates> get() const {
        const std::lock_guard lock(mutex_);
        return current_;
    }
    void set(std::shared_ptr<const MailTemplates> templates) {
        const std::lock_guard lock(mutex_);
        current_ = std::move(templates);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const MailTemplates> current_;
};

}  // namespace latchkey::mails
