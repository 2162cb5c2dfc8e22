// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/surface.h"
#include "plugins/oauth2/oauth_error.h"
#include "plugins/oauth2/provider.h"

namespace latchkey::oauth2 {

/// Resource `oauth`: every URL of the provider that clients call by themselves.
class OAuthSurface final : public http::Surface {
public:
    explicit OAuthSurface(Provider& provider) : provider_(provider) {}
    std::string_view resource() const override { return "oauth"; }
    void mount(http::Routes& routes) override;
    http::Response renderProblem(const http::Problem& problem) const override { return problemResponse(problem); }

private:
    Provider& provider_;
    const http::Cors cors_{.allowHeaders = "authorization, accept, accept-language, content-language, content-type, x-requested-with"};
};

}  // namespace latchkey::oauth2
