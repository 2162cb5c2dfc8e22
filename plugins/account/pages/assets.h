// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/template/theme.h"
#include "plugins/http/api/surface.h"

namespace latchkey::account {

/// GET /assets/{name}: resource `assets`.
class Assets final : public http::Surface {
public:
    explicit Assets(const CurrentTheme& theme) : theme_(theme) {}
    std::string_view resource() const override { return "assets"; }
    void mount(http::Routes& routes) override;
    http::Response get(const http::Request& request) const;

private:
    const CurrentTheme& theme_;
};

}  // namespace latchkey::account
