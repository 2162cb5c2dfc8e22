// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace latchkey::e2e {

/// The probability that two samples of one distribution differ in rank as much as these do (Mann–Whitney, two-sided, by the normal
/// approximation: at least 20 of each).
double mannWhitney(const std::vector<double>& one, const std::vector<double>& other);

/// A kind of request, which must take as long as the others.
struct Kind {
    std::string name;
    std::function<void()> attempt;
};

/// Makes `each` attempts of every kind, interleaved by chance, up to three times, and compares each kind with the first. Says which
/// differ every time (p ≤ 0.01) with their medians, a line for each; empty if none does: noise passes, a difference stays.
std::string differInTime(const std::vector<Kind>& kinds, int each);

}  // namespace latchkey::e2e
