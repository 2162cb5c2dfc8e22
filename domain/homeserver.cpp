// SPDX-License-Identifier: Apache-2.0
#include "domain/homeserver.h"

#include <utility>

namespace latchkey {

HomeserverError::HomeserverError(const std::string& message, Reason reason, std::string errcode) : Error(message), reason_(reason), errcode_(std::move(errcode)) {}
HomeserverError::~HomeserverError() = default;
Homeserver::~Homeserver() = default;
HomeserverKind::~HomeserverKind() = default;

}  // namespace latchkey
