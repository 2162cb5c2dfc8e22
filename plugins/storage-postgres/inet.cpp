// SPDX-License-Identifier: Apache-2.0
#include "plugins/storage-postgres/inet.h"

#include "kernel/ip_address.h"

namespace latchkey::pg {

std::optional<std::string> inetOrNothing(const std::optional<std::string>& address) {
    if (!address || address->find('\0') != std::string::npos) return std::nullopt;
    return IpAddress::parse(*address) ? address : std::nullopt;
}

}  // namespace latchkey::pg
