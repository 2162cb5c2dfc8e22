// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/visit.h"

namespace latchkey {
class OutgoingHttp;
}

namespace latchkey::account {

struct CaptchaProvider;

/// The captcha of `captcha:` on the registration form. Its script comes from the provider; the page's Content-Security-Policy lets that in
/// on this page only.
class Captcha {
public:
    /// `http` is needed with a service.
    Captcha(const Settings& settings, OutgoingHttp* http);

    bool wanted() const { return provider_ != nullptr; }
    /// Whether the form has exactly the answer that belongs there: the configured service's, or none at all.
    bool answered(const http::Parameters& form) const;
    enum class Verdict { passed, failed, unreachable };
    /// Asks the provider; never with a unit of work open. The answer must be for this site.
    Verdict verify(const http::Parameters& form, const std::optional<std::string>& ip) const;

    void admit(Visit& visit) const;
    /// What the form's template needs.
    static View view(const Settings& settings);

private:
    const Settings& settings_;
    const CaptchaProvider* provider_;
    OutgoingHttp* http_;
};

}  // namespace latchkey::account
