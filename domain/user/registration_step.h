// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "domain/user/registration.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace latchkey {

class UnitOfWork;

/// What a step's template is given, by name: texts (escaped when they are shown), and what is there or not.
using StepValues = std::vector<std::pair<std::string, std::variant<bool, std::string>>>;

/// A file that a step's pages need: "templates/register-<step>.html", "translations/de.json", "assets/x.js". Administrators may lay
/// their own over it as over all others.
struct StepFile {
    std::string path;
    std::string content;
};

/// A person at a step.
struct StepVisit {
    const UserRegistration& registration;
    std::optional<std::string> ipAddress;
    std::optional<std::string> userAgent;
    std::string language;  ///< of the pages: "de"
    Instant now;
};

/// What the person sent, decoded; at most 64 KiB of it.
class LATCHKEY_API StepForm {
public:
    virtual ~StepForm();
    virtual std::optional<std::string_view> get(std::string_view name) const = 0;
};

struct StepPage {
    StepValues values;
    bool script = false;  ///< it runs a script of assets/
};

/// What a step says of a form. `error` and `notice` are keys of the translations: "invalid" stands for
/// `register-<step>.invalid`, one with a dot for itself (`register-errors.rate-limited`).
struct StepVerdict {
    enum class Kind {
        taken,   ///< complete() follows
        again,   ///< the page is shown once more, with `error` or `notice`
        passed,  ///< nothing to complete any more: on to the next
    };
    Kind kind = Kind::taken;
    std::string error;
    std::string notice;
};

/// One step of registering, after the person has chosen name and password and before the account exists: a page with a form at
/// /register/steps/{id}/<name>. It is visited in the order of position() until done() holds, can be left and taken up again for as long
/// as the registration lives (an hour), and the account is not made before all steps are done. Plugins offer steps as services while they
/// start (group base). Thread-safe. docs/plugins.md has one as an example.
class LATCHKEY_API RegistrationStep {
public:
    static constexpr const char* kService = "domain.RegistrationStep/1";
    /// Steps below this come before anything is mailed: a captcha, an invitation.
    static constexpr int kBeforeMail = 200;

    virtual ~RegistrationStep();

    /// The last part of its URL: lower-case letters and hyphens. Its template is `register-<name>.html`, its texts are `register-<name>`.
    virtual std::string name() const = 0;
    /// This server's own: registration token 100, e-mail address 200, display name 300.
    virtual int position() const = 0;
    virtual std::vector<StepFile> files() const { return {}; }
    /// Every shape its page can have. The server renders each in every language before it starts.
    virtual std::vector<StepValues> samples() const { return {}; }

    /// Whether this registration has passed it, or need not take it. By default: whether complete() has been here.
    virtual bool done(UnitOfWork& work, const UserRegistration& registration);
    virtual StepPage page(const StepVisit& visit) = 0;
    /// Judges the form. No unit of work is open: it may call other servers.
    virtual StepVerdict check(const StepVisit& visit, const StepForm& form) = 0;
    /// After a check that said `taken`, in the unit of work that makes it so. False: somebody else did, or it no longer holds; the page is
    /// shown again unless done().
    virtual bool complete(UnitOfWork& work, const StepVisit& visit, const StepForm& form);
};

}  // namespace latchkey
