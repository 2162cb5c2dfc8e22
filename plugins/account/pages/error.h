// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/site.h"
#include "plugins/http/api/problem.h"
#include "plugins/http/api/response.h"

namespace latchkey::account {

/// The page for a request that failed, in the person's language.
class ErrorPage {
public:
    explicit ErrorPage(const Site& site) : site_(site) {}
    http::Response show(const http::Problem& problem) const;
    /// With an explanation of its own, such as an OAuth error's.
    http::Response show(int status, const http::Request& request, const std::string& detail) const;

    static std::vector<Sample> samples();

private:
    http::Response render(int status, const http::Request* request, const std::string& requestId, const std::optional<std::string>& detail) const;
    const Site& site_;
};

}  // namespace latchkey::account
