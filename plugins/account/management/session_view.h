// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/session/account_session.h"
#include "domain/template/view.h"

namespace latchkey::account {

using templates::View;

/// "/account/sessions/compat/01…"
std::string sessionPath(SessionKind kind, const Ulid& id);
/// A session as pages show it. `title` is empty where nothing is known of it but its kind. `current`: the browser session of this request.
View sessionView(const AccountSession& session, const Ulid& current);
/// Of each kind, with much and with little known, for samples.
std::vector<AccountSession> sampleSessions();

}  // namespace latchkey::account
