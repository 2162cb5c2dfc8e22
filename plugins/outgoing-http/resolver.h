// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/outgoing-http/addresses.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::outgoing {

/// Looks names up by the system's resolver, with a deadline. The system's call has none: each look-up has a thread, and one that
/// nobody waits for any more ends when the resolver gives up. There are at most kMostThreads.
class Resolver {
public:
    static constexpr int kMostThreads = 64;
    using Lookup = std::function<std::vector<IpAddress>(const std::string& name)>;

    explicit Resolver(Lookup lookup = systemLookup);
    /// Throws OutgoingHttpError if there is no answer in time, or no address.
    std::vector<IpAddress> resolve(const std::string& name, std::int64_t milliseconds);

    static std::vector<IpAddress> systemLookup(const std::string& name);

private:
    struct Question;
    struct Count;
    Lookup lookup_;
    std::shared_ptr<Count> running_;  // threads may outlive this object
};

}  // namespace latchkey::outgoing
