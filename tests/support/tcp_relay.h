// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <thread>
#include <vector>

namespace latchkey::test {

/// Passes bytes between clients and a port of 127.0.0.1, counts who speaks in turn, and falls silent when told to: the faults that
/// a server which works cannot show.
class TcpRelay {
public:
    explicit TcpRelay(int targetPort);
    ~TcpRelay();
    TcpRelay(const TcpRelay&) = delete;
    TcpRelay& operator=(const TcpRelay&) = delete;

    int port() const { return port_; }
    /// How often a client began to speak after the server had (or at first), over all connections: round trips.
    int roundTrips() const { return roundTrips_; }
    int accepted() const { return accepted_; }
    /// The connections of this moment stay open, and nothing passes any more. Later ones work.
    void silence() { silenced_ = accepted_.load(); }

private:
    struct Pair {
        int client = -1, server = -1, number = 0;
        bool clientSpoke = false;
    };
    void work();
    void accept();
    bool pass(Pair& pair, bool fromClient);

    int targetPort_;
    int listener_ = -1;
    int port_ = 0;
    int wake_[2] = {-1, -1};
    std::atomic<int> roundTrips_{0}, accepted_{0}, silenced_{0};
    std::vector<Pair> pairs_;
    std::thread worker_;
};

}  // namespace latchkey::test
