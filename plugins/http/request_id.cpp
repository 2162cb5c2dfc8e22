// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/request_id.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace latchkey::http {

namespace {

// Each thread draws from a generator of its own, seeded by the system: no lock, no system call per request.
std::uint64_t nextRandom() {
    thread_local std::mt19937_64 generator = [] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }();
    return generator();
}

}  // namespace

std::string newRequestId() {
    static constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    auto time = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    std::uint64_t high = nextRandom(), low = nextRandom();
    std::string id(26, '0');
    for (std::size_t i = 10; i-- > 0; time >>= 5) id[i] = kDigits[time & 31];
    for (std::size_t i = 18; i-- > 10; high >>= 5) id[i] = kDigits[high & 31];
    for (std::size_t i = 26; i-- > 18; low >>= 5) id[i] = kDigits[low & 31];
    return id;
}

bool isSafeRequestId(std::string_view id) noexcept {
    const auto safe = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-'; };
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), safe);
}

}  // namespace latchkey::http
