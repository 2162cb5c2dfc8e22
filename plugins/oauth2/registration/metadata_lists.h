// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace latchkey::oauth2 {

/// In the order of the canonical form: the grant types that are known in a fixed order, then the others by their text.
void sortGrantTypes(std::vector<std::string>& types);
/// The words of each response type in their order (`code id_token token`), and the types by their words.
void sortResponseTypes(std::vector<std::string>& types);
/// The words of a response type.
std::vector<std::string> responseTypeWords(const std::string& type);

}  // namespace latchkey::oauth2
