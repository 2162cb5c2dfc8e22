// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/addresses.h"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace latchkey::outgoing {

namespace {

// The IPv4 address that stands in an IPv6 one from this byte on.
IpAddress embeddedV4(const IpAddress& address, std::size_t at) {
    IpAddress v4;
    v4.bytes[10] = v4.bytes[11] = 0xFF;
    std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(at), 4, v4.bytes.begin() + 12);
    return v4;
}

std::vector<IpNetwork> networks(std::initializer_list<const char*> texts) {
    std::vector<IpNetwork> made;
    for (const char* text : texts) made.push_back(IpNetwork::parse(text).value());
    return made;
}

bool inAny(const std::vector<IpNetwork>& list, const IpAddress& address) noexcept {
    return std::any_of(list.begin(), list.end(), [&](const IpNetwork& each) { return each.contains(address); });
}

bool isPublicV4(const IpAddress& address) noexcept {
    static const std::vector<IpNetwork> kSpecial =
        networks({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
                  "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
    return !inAny(kSpecial, address);
}

bool isPublicV6(const IpAddress& address) noexcept {
    static const IpNetwork kNat64 = IpNetwork::parse("64:ff9b::/96").value();
    static const IpNetwork k6to4 = IpNetwork::parse("2002::/16").value();
    static const IpNetwork kGlobal = IpNetwork::parse("2000::/3").value();
    static const std::vector<IpNetwork> kSpecial = networks({"2001::/23", "2001:db8::/32", "3fff::/20"});  // 2001::/23 holds Teredo, ORCHID, benchmarks
    if (kNat64.contains(address)) return isPublicV4(embeddedV4(address, 12));
    if (k6to4.contains(address)) return isPublicV4(embeddedV4(address, 2));
    return kGlobal.contains(address) && !inAny(kSpecial, address);
}

}  // namespace

bool isPublic(const IpAddress& address) noexcept { return address.isV4() ? isPublicV4(address) : isPublicV6(address); }

bool AddressRules::permits(const IpAddress& address) const noexcept { return isPublic(address) || inAny(allowed_, address); }

}  // namespace latchkey::outgoing
