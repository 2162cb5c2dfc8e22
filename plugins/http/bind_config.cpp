// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/bind_config.h"

#include <charconv>
#include <sys/un.h>

namespace latchkey::http {

namespace {

using config::Section;

std::optional<AddressBind> parseAddress(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    std::string_view host(text.data(), colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto ip = IpAddress::parse(host);
    if (!ip || bracketed != (host.find(':') != std::string_view::npos)) return std::nullopt;
    AddressBind bind{*ip, 0, text};
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data() + colon + 1, end, bind.port);
    if (error != std::errc{} || last != end) return std::nullopt;
    return bind;
}

TcpBind readTcp(const Section& section) {
    TcpBind bind;
    bind.port = static_cast<std::uint16_t>(section.optionalInteger("port", 0, 65535).value_or(0));
    bind.host = section.optionalString("host");
    if (bind.host && bind.host->empty()) section.problem("host", "must not be empty");
    return bind;
}

AddressBind readAddress(const Section& section) {
    const std::string text = section.requiredString("address");
    if (auto bind = parseAddress(text)) return *bind;
    if (!text.empty()) section.problem("address", "`" + text.substr(0, 100) + "` is not an address with a port, such as 127.0.0.1:8080 or [::1]:8080 (for names use `host` and `port`)");
    return {};
}

UnixBind readUnix(const Section& section) {
    UnixBind bind{section.requiredString("socket")};
    if (bind.path.empty()) section.problem("socket", "must be the path of a UNIX socket");
    if (bind.path.size() >= sizeof(sockaddr_un{}.sun_path)) section.problem("socket", "is longer than the 107 bytes that the path of a UNIX socket can have");
    return bind;
}

InheritedBind readInherited(const Section& section) {
    InheritedBind bind;
    bind.index = static_cast<unsigned>(section.optionalInteger("fd", 0, 4096).value_or(0));
    bind.isUnix = section.oneOf("kind", "tcp", {"tcp", "unix"}) == "unix";
    return bind;
}

}  // namespace

std::optional<BindConfig> parseBind(const Section& section) {
    BindConfig bind;
    bind.where = section.path();
    if (section.has("port")) bind.kind = readTcp(section);
    else if (section.has("address")) bind.kind = readAddress(section);
    else if (section.has("socket")) bind.kind = readUnix(section);
    else if (section.has("fd") || section.has("kind")) bind.kind = readInherited(section);
    else {
        section.know("host");
        section.problem("", std::string("is no bind: write one of ") + kBindShapes);
        return std::nullopt;
    }
    return bind;
}

}  // namespace latchkey::http
