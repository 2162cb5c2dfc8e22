// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::e2e {

/// Clients that ask for one path again and again, each on a connection that it keeps, until stopped.
class Load {
public:
    struct Counts {
        std::map<int, int> byStatus;
        int cut = 0;         ///< an answer began and did not end
        int unanswered = 0;  ///< asked, and the connection ended without a byte of answer
        int refused = 0;     ///< no connection
        int withoutRetryAfter = 0;  ///< of the 503
        int answered() const;
        int status(int code) const;
    };

    Load(int port, std::string path, int clients);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    Counts counts();
    /// Waits until that many more answers of this status have come than now.
    bool awaitMore(int status, int times, int milliseconds);
    Counts stop();

private:
    void ask(int port, const std::string& path);

    std::mutex mutex_;
    Counts counts_;
    std::atomic<bool> over_{false};
    std::vector<std::thread> clients_;
};

}  // namespace latchkey::e2e
