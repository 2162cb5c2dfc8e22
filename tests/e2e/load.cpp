// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/load.h"

#include "tests/support/http_client.h"
#include "tests/support/process.h"

namespace latchkey::e2e {

int Load::Counts::answered() const {
    int sum = 0;
    for (const auto& [status, count] : byStatus) sum += count;
    return sum;
}

int Load::Counts::status(int code) const {
    const auto found = byStatus.find(code);
    return found == byStatus.end() ? 0 : found->second;
}

Load::Load(int port, std::string path, int clients) {
    for (int i = 0; i < clients; ++i) clients_.emplace_back([this, port, path] { ask(port, path); });
}

Load::~Load() { stop(); }

void Load::ask(int port, const std::string& path) {
    test::HttpClient client(port);
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    while (!over_) {
        if (!client.connected() && !client.connect()) {
            {
                const std::lock_guard lock(mutex_);
                ++counts_.refused;
            }
            test::sleepMs(10);
            continue;
        }
        const bool sent = client.send(request);
        const auto reply = sent ? client.receive() : std::nullopt;
        const std::lock_guard lock(mutex_);
        if (reply) {
            ++counts_.byStatus[reply->status];
            if (reply->status == 503 && reply->header("retry-after").empty()) ++counts_.withoutRetryAfter;
        } else {
            ++(client.partial() ? counts_.cut : counts_.unanswered);
            client.close();
        }
    }
}

Load::Counts Load::counts() {
    const std::lock_guard lock(mutex_);
    return counts_;
}

bool Load::awaitMore(int status, int times, int milliseconds) {
    const int before = counts().status(status);
    return test::eventually([&] { return counts().status(status) >= before + times; }, milliseconds);
}

Load::Counts Load::stop() {
    over_ = true;
    for (std::thread& client : clients_) client.join();
    clients_.clear();
    return counts();
}

}  // namespace latchkey::e2e
