// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace latchkey::config {
class Section;
}

namespace latchkey::site {

/// `claims_imports` of one upstream provider: what of an ID token becomes what of an account.
void checkClaimsImports(const config::Section& provider);

}  // namespace latchkey::site
