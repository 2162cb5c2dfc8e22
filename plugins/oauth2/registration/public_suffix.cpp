// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/public_suffix.h"

#include <libpsl.h>

namespace latchkey::oauth2 {

bool isPublicSuffix(const std::string& host) {
    static const psl_ctx_t* const list = psl_latest(nullptr);  // for the life of the process
    const auto begin = host.find_first_not_of('.');
    if (begin == std::string::npos) return false;
    const std::string name = host.substr(begin, host.find_last_not_of('.') + 1 - begin);
    return psl_is_public_suffix2(list, name.c_str(), PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

}  // namespace latchkey::oauth2
