// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/hasher.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace latchkey::passwords;

namespace {

void measure(const char* name, Algorithm algorithm) {
    PasswordConfig config;
    config.schemes = {SchemeConfig{}};
    config.schemes[0].algorithm = algorithm;
    SchemeHasher hasher(config);
    double best = 1e9;
    double sum = 0;
    constexpr int kRounds = 15;
    for (int i = 0; i < kRounds; ++i) {
        const double took = hasher.measure().front().milliseconds;
        sum += took;
        if (took < best) best = took;
    }
    std::printf("%-9s best %.1f ms, mean %.1f ms\n", name, best, sum / kRounds);
}

void throughput(unsigned threads, unsigned callers) {
    PasswordConfig config;
    config.threads = threads;
    config.queue = callers;
    SchemeHasher hasher(config);
    const auto begun = std::chrono::steady_clock::now();
    constexpr int kEach = 20;
    std::vector<std::thread> people;
    for (unsigned i = 0; i < callers; ++i) people.emplace_back([&] { for (int n = 0; n < kEach; ++n) hasher.pretend("correct horse battery staple"); });
    for (std::thread& each : people) each.join();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::printf("argon2id, %u threads, %u callers: %.1f hashes/s\n", threads, callers, callers * kEach / seconds);
}

}  // namespace

int main() {
    measure("argon2id", Algorithm::argon2id);
    measure("bcrypt 12", Algorithm::bcrypt);
    measure("pbkdf2", Algorithm::pbkdf2);
    throughput(1, 12);
    throughput(2, 12);
}
