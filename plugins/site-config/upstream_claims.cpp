// SPDX-License-Identifier: Apache-2.0
#include "plugins/site-config/upstream_claims.h"

#include "kernel/config/section.h"

namespace latchkey::site {

namespace {

using config::Section;

// Returns the action.
std::string checkClaim(const Section& claim) {
    claim.optionalString("template");
    return claim.oneOf("action", "ignore", {"ignore", "suggest", "force", "require"});
}

void checkConflict(const Section& localpart, const std::string& action) {
    const std::string conflict = localpart.oneOf("on_conflict", "fail", {"fail", "add", "replace", "set"});
    if (conflict != "fail" && action != "force" && action != "require") {
        localpart.problem("", "`on_conflict: " + conflict + "` needs `action: force` or `action: require`");
    }
}

}  // namespace

void checkClaimsImports(const Section& provider) {
    const Section imports = provider.section("claims_imports");
    imports.section("subject").optionalString("template");
    imports.section("account_name").optionalString("template");
    const Section localpart = imports.section("localpart");
    const Section displayname = imports.section("displayname");
    const Section email = imports.section("email");
    const std::string action = checkClaim(localpart);
    checkConflict(localpart, action);
    const bool suggestsName = checkClaim(displayname) == "suggest";
    const bool suggestsEmail = checkClaim(email) == "suggest";
    if (!imports.boolean("skip_confirmation", false)) return;
    if (action != "require") localpart.problem("", "`skip_confirmation` needs `action: require` here");
    if (suggestsName) displayname.problem("", "`skip_confirmation` leaves nobody to answer `action: suggest`");
    if (suggestsEmail) email.problem("", "`skip_confirmation` leaves nobody to answer `action: suggest`");
}

}  // namespace latchkey::site
