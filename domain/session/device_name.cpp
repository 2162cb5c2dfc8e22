// SPDX-License-Identifier: Apache-2.0
#include "domain/session/device_name.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace latchkey {

namespace {

struct Mark {
    std::string_view part;
    std::string_view name;
};

// The first that occurs counts: most browsers claim to be others as well, most systems to be a Mac or a Linux.
constexpr Mark kBrowsers[] = {{"Electron/", ""},        {"Edg/", "Edge"},         {"EdgA/", "Edge"},     {"EdgiOS/", "Edge"}, {"OPR/", "Opera"},   {"SamsungBrowser/", "Samsung Internet"},
                              {"Firefox/", "Firefox"},  {"FxiOS/", "Firefox"},    {"CriOS/", "Chrome"},  {"Chrome/", "Chrome"}, {"Version/", "Safari"}};
constexpr Mark kSystems[] = {{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}};
constexpr std::size_t kLongestModel = 60;

template <std::size_t N>
std::string_view nameOf(const Mark (&marks)[N], std::string_view text) {
    const auto found = std::find_if(std::begin(marks), std::end(marks), [&](const Mark& mark) { return text.find(mark.part) != std::string_view::npos; });
    return found == std::end(marks) ? std::string_view() : found->name;
}

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

// Applications of phones say `Name/1.0 (model; system …)`.
std::string_view modelOf(std::string_view agent) {
    const std::size_t open = agent.find('('), end = agent.find_first_of(";)", open);
    if (agent.starts_with("Mozilla/") || open == std::string_view::npos || end == std::string_view::npos || agent[end] != ';') return {};
    const std::string_view model = agent.substr(open + 1, end - open - 1);
    return model.size() <= kLongestModel ? model : std::string_view();
}

std::string deviceOf(std::string_view agent) {
    if (const std::string_view model = modelOf(agent); !model.empty()) return std::string(model);
    const std::string_view system = nameOf(kSystems, agent), browser = agent.starts_with("Mozilla/") ? nameOf(kBrowsers, agent) : std::string_view();
    if (browser.empty() || system.empty()) return std::string(browser.empty() ? system : browser);
    return std::string(browser) + " for " + std::string(system);
}

}  // namespace

std::string softwareName(std::string_view userAgent) { return printable(userAgent) ? deviceOf(userAgent) : std::string(); }

std::string deviceName(const std::string& client, std::string_view userAgent) {
    const std::string device = softwareName(userAgent);
    return device.empty() ? client : client + " on " + device;
}

}  // namespace latchkey
