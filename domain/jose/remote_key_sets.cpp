// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/remote_key_sets.h"

#include "domain/outgoing_http.h"
#include "kernel/deadline.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <unordered_map>

namespace latchkey::jose {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kFetchTime = 5 * kSecond;
constexpr std::int64_t kRestAfterFailure = 10 * kSecond;
constexpr std::int64_t kDefaultAge = 10 * kMinute;
constexpr std::int64_t kShortestAge = kMinute;
constexpr std::int64_t kLongestAge = 60 * kMinute;
constexpr std::int64_t kLongestStale = 24 * 60 * kMinute;
constexpr std::size_t kMostUrls = 1000;
constexpr std::size_t kLargest = 64 * 1024;
constexpr int kMostWaiting = 8;

struct Entry {
    std::shared_ptr<const KeySet> keys;
    std::int64_t fetchedAt = 0;
    std::int64_t freshUntil = 0;
    std::int64_t triedAt = 0;
    std::string failure;  // of the last try; empty: it succeeded
    bool tried = false;
    bool fetching = false;
    std::list<std::string>::iterator place;
};

bool holds(const KeySet& set, std::string_view kid) {
    return kid.empty() || std::any_of(set.keys().begin(), set.keys().end(), [&](const Key& key) { return key.kid() == kid; });
}

std::int64_t ageOf(const OutgoingResponse& response) {
    std::string control = response.header("cache-control");
    std::transform(control.begin(), control.end(), control.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (control.find("no-store") != std::string::npos || control.find("no-cache") != std::string::npos) return kShortestAge;
    const std::size_t at = control.find("max-age=");
    if (at == std::string::npos || (at > 0 && control[at - 1] == '-')) return kDefaultAge;
    std::uint32_t seconds = 0;
    const char* begin = control.data() + at + 8;
    if (std::from_chars(begin, control.data() + control.size(), seconds).ec != std::errc{}) return kDefaultAge;
    return std::clamp<std::int64_t>(seconds * kSecond, kShortestAge, kLongestAge);
}

OutgoingRequest requestFor(const std::string& url, RemoteKeySets::Trust trust) {
    OutgoingRequest request;
    request.url = url;
    request.headers = {{"Accept", "application/jwk-set+json, application/json"}};
    request.timeoutMs = kFetchTime;
    request.largestAnswer = kLargest;
    request.redirects = 2;
    request.untrusted = trust == RemoteKeySets::Trust::untrusted;
    return request;
}

}  // namespace

struct RemoteKeySets::State {
    OutgoingHttp& http;
    const Parse parse;
    const Clock clock;
    mutable std::mutex mutex{};
    std::condition_variable fetched{};
    int waiting = 0;
    std::list<std::string> order{};  // used last at the end
    std::unordered_map<std::string, std::shared_ptr<Entry>> entries{};

    std::shared_ptr<Entry> entry(const std::string& name);
    bool mayFetch(const Entry& entry, std::string_view kid) const;
    void fetch(std::unique_lock<std::mutex>& lock, Entry& entry, const std::string& url, Trust trust);
    void await(std::unique_lock<std::mutex>& lock, const Entry& entry);
    std::shared_ptr<const KeySet> usable(const Entry& entry) const;
};

std::shared_ptr<Entry> RemoteKeySets::State::entry(const std::string& name) {
    if (const auto found = entries.find(name); found != entries.end()) {
        order.splice(order.end(), order, found->second->place);
        return found->second;
    }
    if (entries.size() >= kMostUrls) {
        entries.erase(order.front());
        order.pop_front();
    }
    const auto made = std::make_shared<Entry>();
    made->place = order.insert(order.end(), name);
    entries.emplace(name, made);
    return made;
}

bool RemoteKeySets::State::mayFetch(const Entry& entry, std::string_view kid) const {
    if (!entry.tried) return true;
    const std::int64_t now = clock();
    if (!entry.failure.empty() && now < entry.triedAt + kRestAfterFailure) return false;
    if (!entry.keys || now >= entry.freshUntil) return true;
    return !holds(*entry.keys, kid) && now >= entry.triedAt + kMinute;
}

void RemoteKeySets::State::fetch(std::unique_lock<std::mutex>& lock, Entry& entry, const std::string& url, Trust trust) {
    entry.fetching = true;
    lock.unlock();
    std::shared_ptr<const KeySet> keys;
    std::string failure;
    std::int64_t age = 0;
    try {
        const OutgoingResponse response = http.send(requestFor(url, trust));
        age = ageOf(response);
        if (response.status != 200) failure = "a key set was asked for, and the answer was " + std::to_string(response.status);
        else if (auto parsed = parse(response.body)) keys = std::make_shared<const KeySet>(std::move(*parsed));
        else failure = "a key set was asked for, and the answer was none";
    } catch (const std::exception& error) {
        failure = error.what();
    }
    lock.lock();
    entry.fetching = false;
    entry.tried = true;
    entry.triedAt = clock();
    entry.failure = failure;
    if (keys) {
        entry.keys = std::move(keys);
        entry.fetchedAt = entry.triedAt;
        entry.freshUntil = entry.triedAt + age;
    }
    fetched.notify_all();
}

void RemoteKeySets::State::await(std::unique_lock<std::mutex>& lock, const Entry& entry) {
    if (waiting >= kMostWaiting) throw OutgoingHttpError("too many wait for key sets of others already");
    ++waiting;
    // A little longer than the fetch may take, which then has an answer for all.
    const bool done = fetched.wait_for(lock, std::chrono::milliseconds(kFetchTime + kSecond), [&] { return !entry.fetching; });
    --waiting;
    if (!done) throw OutgoingHttpError("a key set did not come in time");
}

std::shared_ptr<const KeySet> RemoteKeySets::State::usable(const Entry& entry) const {
    if (entry.keys && clock() < entry.fetchedAt + kLongestStale) return entry.keys;
    throw OutgoingHttpError(entry.failure.empty() ? "the key set is too old" : entry.failure);
}

RemoteKeySets::RemoteKeySets(OutgoingHttp& http) : RemoteKeySets(http, &KeySet::parse, &monotonicMs) {}
RemoteKeySets::RemoteKeySets(OutgoingHttp& http, Parse parse, Clock clock) : state_(new State{http, std::move(parse), std::move(clock)}) {}
RemoteKeySets::~RemoteKeySets() = default;

std::shared_ptr<const KeySet> RemoteKeySets::get(const std::string& url, std::string_view kid, Trust trust) {
    State& state = *state_;
    std::unique_lock lock(state.mutex);
    const auto entry = state.entry((trust == Trust::trusted ? "t " : "u ") + url);
    if (!state.mayFetch(*entry, kid)) return state.usable(*entry);
    if (!entry->fetching) state.fetch(lock, *entry, url, trust);
    else if (!entry->keys || !holds(*entry->keys, kid)) state.await(lock, *entry);
    return state.usable(*entry);
}

std::size_t RemoteKeySets::remembered() const {
    const std::lock_guard lock(state_->mutex);
    return state_->entries.size();
}

}  // namespace latchkey::jose
