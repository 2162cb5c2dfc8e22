// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/visit.h"

namespace latchkey::account {

/// GET /account and /account/: where clients send people, with what they want to do in `action` (MSC4191).
class AccountEntry {
public:
    explicit AccountEntry(const Site& site) : site_(site) {}
    http::Response get(const http::Request& request);

private:
    const Site& site_;
};

}  // namespace latchkey::account
