// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/outgoing-http/exchange.h"
#include "plugins/outgoing-http/resolver.h"

#include <atomic>
#include <mutex>

namespace latchkey::outgoing {

/// OutgoingHttp over libcurl: a pool of handles, each with its kept connections. Those for URLs from outside are apart.
class CurlHttp final : public OutgoingHttp {
public:
    explicit CurlHttp(OutgoingConfig config, Resolver::Lookup lookup = Resolver::systemLookup);
    ~CurlHttp() override;

    OutgoingResponse send(const OutgoingRequest& request) override;

private:
    class Lease;
    OutgoingResponse hop(const OutgoingRequest& request, const Target& target, std::int64_t deadlineMs, bool bare);
    std::vector<IpAddress> checkedAddresses(const Target& target, std::int64_t deadlineMs);
    OutgoingResponse follow(const OutgoingRequest& request, Target target, std::int64_t deadlineMs);

    std::unique_ptr<Handle> take(bool untrusted, const std::string& origin);
    void give(bool untrusted, std::unique_ptr<Handle> handle) noexcept;

    const OutgoingConfig config_;
    Resolver resolver_;
    std::atomic<unsigned> untrustedNow_{0};
    std::mutex mutex_;
    std::vector<std::unique_ptr<Handle>> idle_[2];  // [untrusted], the one used last at the end
};

}  // namespace latchkey::outgoing
