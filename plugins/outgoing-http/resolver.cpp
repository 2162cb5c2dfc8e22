// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/resolver.h"

#include "domain/outgoing_http.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <netdb.h>
#include <system_error>
#include <thread>

namespace latchkey::outgoing {

struct Resolver::Count {
    std::atomic<int> threads{0};
};

struct Resolver::Question {
    std::string name;
    std::mutex mutex;
    std::condition_variable answered;
    bool done = false;
    std::vector<IpAddress> addresses;
};

Resolver::Resolver(Lookup lookup) : lookup_(std::move(lookup)), running_(std::make_shared<Count>()) {}

std::vector<IpAddress> Resolver::systemLookup(const std::string& name) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, ::freeaddrinfo);
    std::vector<IpAddress> addresses;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        if (const auto address = IpAddress::of(*each->ai_addr)) addresses.push_back(*address);
    }
    return addresses;
}

std::vector<IpAddress> Resolver::resolve(const std::string& name, std::int64_t milliseconds) {
    if (running_->threads.fetch_add(1) >= kMostThreads) {
        --running_->threads;
        throw OutgoingHttpError("too many names are being looked up at the moment");
    }
    const auto question = std::make_shared<Question>();
    question->name = name;
    const auto ask = [question, lookup = lookup_, running = running_] {
        std::vector<IpAddress> addresses = lookup(question->name);
        --running->threads;
        const std::lock_guard lock(question->mutex);
        question->addresses = std::move(addresses);
        question->done = true;
        question->answered.notify_all();
    };
    try {
        std::thread(ask).detach();
    } catch (const std::system_error&) {
        --running_->threads;
        throw OutgoingHttpError("no thread could be started to look up a name");
    }
    std::unique_lock lock(question->mutex);
    const auto patience = std::chrono::milliseconds(std::max<std::int64_t>(milliseconds, 0));
    if (!question->answered.wait_for(lock, patience, [&] { return question->done; })) throw OutgoingHttpError("looking up " + name + " took too long");
    if (question->addresses.empty()) throw OutgoingHttpError("there is no address for " + name);
    return question->addresses;
}

}  // namespace latchkey::outgoing
