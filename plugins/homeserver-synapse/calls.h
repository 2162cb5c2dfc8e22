// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver_client.h"

#include <Poco/JSON/Object.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::synapse {

using Json = Poco::JSON::Object::Ptr;

Json json();
Poco::JSON::Array::Ptr jsonList(const std::vector<std::string>& items);
std::string text(const Json& object);

/// For one segment of a path, or one value of a query.
std::string percentEncoded(std::string_view text);

/// Asks for something without its parameter, which Synapse refuses, but only after it looked at the secret. Throws HomeserverError for
/// everything else: a web server that has a page for all is no Synapse.
void requireRefusal(const std::function<HomeserverAnswer()>& ask);

/// What asking for a localpart's availability says: true of a free one, else one of Synapse's three refusals. Other errors pass through.
LocalpartAvailability availabilityFrom(const std::function<bool()>& ask);

}  // namespace latchkey::synapse
