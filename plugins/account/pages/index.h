// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET /
class IndexPage {
public:
    explicit IndexPage(const Site& site) : site_(site) {}
    http::Response get(const http::Request& request);
    static std::vector<Sample> samples();

private:
    static View view(const Settings& settings, const std::optional<std::string>& username);
    const Site& site_;
};

}  // namespace latchkey::account
