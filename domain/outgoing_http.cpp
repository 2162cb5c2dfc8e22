// SPDX-License-Identifier: Apache-2.0
#include "domain/outgoing_http.h"

namespace latchkey {

OutgoingHttpError::~OutgoingHttpError() = default;
OutgoingHttp::~OutgoingHttp() = default;

std::string OutgoingResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace latchkey
