// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/inet.h"

#include <arpa/inet.h>

namespace latchkey::pg {

std::optional<std::string> inetOrNothing(const std::optional<std::string>& address) {
    in6_addr parsed{};
    if (!address || address->find('\0') != std::string::npos) return std::nullopt;
    if (::inet_pton(AF_INET, address->c_str(), &parsed) != 1 && ::inet_pton(AF_INET6, address->c_str(), &parsed) != 1) return std::nullopt;
    return address;
}

}  // namespace latchkey::pg
