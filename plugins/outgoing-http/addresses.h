// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/ip_address.h"

#include <utility>
#include <vector>

namespace latchkey::outgoing {

/// Which addresses a URL from outside may lead to: those of the public Internet, and what the administrator adds.
class AddressRules {
public:
    AddressRules() = default;
    explicit AddressRules(std::vector<IpNetwork> allowed) : allowed_(std::move(allowed)) {}
    bool permits(const IpAddress& address) const noexcept;

private:
    std::vector<IpNetwork> allowed_;
};

/// Not of a private, local, shared, documentation, benchmark, multicast or reserved network (the IANA special-purpose registries),
/// nor an IPv6 form that leads to one: mapped, NAT64, 6to4.
bool isPublic(const IpAddress& address) noexcept;

}  // namespace latchkey::outgoing
