// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/same_time.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>

namespace latchkey::e2e {

namespace {

constexpr int kAttempts = 3;
constexpr double kSignificant = 0.01;

using Samples = std::vector<std::vector<double>>;

double microsecondsOf(const std::function<void()>& what) {
    const auto begun = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

Samples measured(const std::vector<Kind>& kinds, int each, std::mt19937& chance) {
    std::vector<std::size_t> order;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) order.insert(order.end(), static_cast<std::size_t>(each), kind);
    std::shuffle(order.begin(), order.end(), chance);
    for (const Kind& kind : kinds) kind.attempt();  // the first of a kind finds nothing prepared
    Samples samples(kinds.size());
    for (const std::size_t kind : order) samples[kind].push_back(microsecondsOf(kinds[kind].attempt));
    return samples;
}

}  // namespace

double mannWhitney(const std::vector<double>& one, const std::vector<double>& other) {
    double greater = 0;
    for (const double a : one) {
        for (const double b : other) greater += a > b ? 1 : a < b ? 0 : 0.5;
    }
    const auto n = static_cast<double>(one.size()), m = static_cast<double>(other.size());
    const double deviation = std::sqrt(n * m * (n + m + 1) / 12);
    return std::erfc(std::abs(greater - n * m / 2) / deviation / std::sqrt(2.0));
}

std::string differInTime(const std::vector<Kind>& kinds, int each) {
    std::mt19937 chance(std::random_device{}());
    std::vector<std::string> found(kinds.size());
    std::vector<bool> suspect(kinds.size(), true);
    for (int attempt = 0; attempt < kAttempts && std::find(suspect.begin() + 1, suspect.end(), true) != suspect.end(); ++attempt) {
        const Samples samples = measured(kinds, each, chance);
        for (std::size_t kind = 1; kind < kinds.size(); ++kind) {
            const double p = mannWhitney(samples[0], samples[kind]);
            suspect[kind] = suspect[kind] && p <= kSignificant;
            const std::string measured = std::to_string(median(samples[0])) + " and " + std::to_string(median(samples[kind])) + " µs, p " + std::to_string(p);
            std::printf("measured: %s and %s: %s\n", kinds[0].name.c_str(), kinds[kind].name.c_str(), measured.c_str());
            found[kind] += " " + measured + ";";
        }
    }
    std::string all;
    for (std::size_t kind = 1; kind < kinds.size(); ++kind) {
        if (suspect[kind]) all += kinds[0].name + " and " + kinds[kind].name + ":" + found[kind] + "\n";
    }
    return all;
}

}  // namespace latchkey::e2e
