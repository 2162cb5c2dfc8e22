// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver-synapse/calls.h"

#include <sstream>

namespace latchkey::synapse {

Json json() { return new Poco::JSON::Object; }

Poco::JSON::Array::Ptr jsonList(const std::vector<std::string>& items) {
    Poco::JSON::Array::Ptr list = new Poco::JSON::Array;
    for (const std::string& item : items) list->add(item);
    return list;
}

std::string text(const Json& object) {
    std::ostringstream out;
    object->stringify(out);
    return out.str();
}

std::string percentEncoded(std::string_view text) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (kUnreserved.find(c) != std::string_view::npos) out += c;
        else (out += '%').append({kDigits[byte >> 4], kDigits[byte & 15]});
    }
    return out;
}

void requireRefusal(const std::function<HomeserverAnswer()>& ask) {
    try {
        ask().refuse("it takes a call without its parameter, as Synapse does not");
    } catch (const HomeserverError& error) {
        const bool synapse = error.reason() == HomeserverError::Reason::refused && !error.errcode().empty() && error.errcode() != "M_FORBIDDEN";
        if (!synapse) throw;
    }
}

LocalpartAvailability availabilityFrom(const std::function<bool()>& ask) {
    try {
        return ask() ? LocalpartAvailability::available : LocalpartAvailability::taken;
    } catch (const HomeserverError& error) {
        if (error.errcode() == "M_INVALID_USERNAME") return LocalpartAvailability::invalid;
        if (error.errcode() == "M_USER_IN_USE") return LocalpartAvailability::taken;
        if (error.errcode() == "M_EXCLUSIVE") return LocalpartAvailability::reserved;
        throw;
    }
}

}  // namespace latchkey::synapse
