// SPDX-License-Identifier: Apache-2.0
#include "kernel/config/nearest.h"

#include <algorithm>

namespace latchkey {

namespace {

// Optimal string alignment: edits and swaps of neighbours, each counted once.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = std::min(current[j], before[j - 2] + 1);
        }
        before.swap(previous);
        previous.swap(current);
    }
    return previous[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& words) {
    constexpr std::size_t kLongest = 64;  // nobody mistypes more than that, and the table is quadratic
    if (typed.size() > kLongest) return std::nullopt;
    std::optional<std::string> best;
    std::size_t bestDistance = std::max<std::size_t>(2, typed.size() / 3) + 1;
    for (const std::string& word : words) {
        if (word.size() > kLongest) continue;
        const std::size_t d = distance(typed, word);
        if (d < bestDistance && d < word.size()) {
            bestDistance = d;
            best = word;
        }
    }
    return best;
}

}  // namespace latchkey
