// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/management/account_visit.h"

namespace latchkey::account {

/// GET and POST /account/language: the language of all pages, kept in a cookie of the browser.
class LanguagePage {
public:
    explicit LanguagePage(const Site& site) : site_(site) {}
    http::Response get(const http::Request& request);
    http::Response post(const http::Request& request);
    static std::vector<Sample> samples();

private:
    const Site& site_;
};

}  // namespace latchkey::account
