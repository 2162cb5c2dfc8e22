// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/contract/homeserver/stub.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace latchkey::contract {

/// The example of a webhook's receiver (etc/examples/homeserver-webhook) as a process of its own.
class Receiver {
public:
    /// `service`: where it asks about tokens; empty: it does not.
    explicit Receiver(const std::string& service = {});
    const std::string& url() const { return url_; }
    /// What it keeps in its state file.
    std::map<std::string, StubUser> users() const;
    /// Sends it the request as it is.
    OutgoingResponse forward(OutgoingHttp& http, const StubRequest& request) const;

private:
    test::TemporaryDirectory directory_;
    std::optional<test::Process> process_;
    std::string url_;
};

}  // namespace latchkey::contract
