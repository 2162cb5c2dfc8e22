// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace latchkey::config {
class Section;
}

/// Sections that no other plugin of this version reads: each function reads every key of its section, so that a problem or a
/// typing error in any of them is found by `config check` and not by the feature that will need it. They are given the root.
namespace latchkey::site {

void checkUpstreamOAuth2(const config::Section& root);
void checkOAuth(const config::Section& root);
void checkExperimental(const config::Section& root);
void checkTelemetry(const config::Section& root);

}  // namespace latchkey::site
