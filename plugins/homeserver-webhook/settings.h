// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/matrix_settings.h"

namespace latchkey::webhook {

/// The value of `matrix.kind`.
inline constexpr const char* kKind = "webhook";

struct WebhookSettings {
    MatrixSettings matrix;
    HomeserverCapabilities capabilities;

    /// Sections `matrix` and `homeserver_webhook`. Plain http to another machine is a problem, unless it is allowed.
    static WebhookSettings parse(const config::Section& root);
};

/// Whether requests to it cannot leave this machine, or are encrypted.
bool isPrivateWay(std::string_view url);

}  // namespace latchkey::webhook
