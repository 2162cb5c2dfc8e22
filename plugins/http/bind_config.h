// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/config.h"

namespace latchkey::http {

inline constexpr char kBindShapes[] =
    "{port: 8080}, {host: localhost, port: 8080}, {address: \"[::]:8080\"}, {socket: /run/mas.sock} or {fd: 0, kind: tcp}";

/// One item of `binds`. The first shape whose key is there counts, in the reference's order: port, address, socket, fd.
/// Where the reference takes whatever fits none of them for {fd: 0}, this is a problem that names the shapes.
std::optional<BindConfig> parseBind(const config::Section& section);

}  // namespace latchkey::http
