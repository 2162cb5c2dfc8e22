// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/client.h"
#include "domain/oauth2/scope.h"
#include "domain/policy/policy.h"
#include "domain/template/view.h"

namespace latchkey::account {

using templates::View;

/// What `_scopes.html` shows: a flag for each permission that has words, and the tokens that have none.
View scopeView(const Scope& scope);
/// What `policy-violation.html` lists.
std::vector<View> violationViews(const PolicyViolations& violations);
/// What to call a client: its name, or what identifies it.
std::string clientName(const Client& client);
/// What it is called, and whether that may be taken for another's name.
View clientView(const Client& client);

}  // namespace latchkey::account
