// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/http/api/surface.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace latchkey::http {

/// All methods of one pattern.
struct RouteSet {
    std::string pattern;
    const Surface* surface = nullptr;
    const Cors* cors = nullptr;
    std::vector<Route> routes;
    std::string allow;  ///< value of the Allow field

    /// GET serves HEAD, too. nullptr: the method is not allowed.
    const Route* find(std::string_view method) const;
};

/// Finds the routes of a path. Filled at start, then only read, by many threads.
class Router {
public:
    /// Throws Error if a pattern is malformed, or a method of a pattern is mounted twice.
    void add(const Surface& surface, const std::vector<Route>& routes);

    using Parameters = std::vector<std::pair<std::string, std::string>>;
    enum class Outcome { found, notFound, malformed };

    /// `rawPath` as sent, below the prefix. Gives the decoded path (which a literal segment is compared with, segment by
    /// segment: an encoded slash is no separator, dot segments are segments like others), and the pattern's parameters.
    Outcome find(std::string_view rawPath, std::string& path, const RouteSet*& set, Parameters& parameters) const;

private:
    struct Segment {
        enum class Kind { literal, parameter, rest } kind;
        std::string text;
    };
    struct Pattern {
        std::vector<Segment> segments;
        std::size_t set;
    };

    static std::vector<Segment> split(const std::string& pattern, const Surface& surface);
    static bool matches(const Pattern& pattern, const std::vector<std::string>& segments, Parameters& parameters);
    std::size_t setFor(const Surface& surface, const Route& route);

    std::vector<RouteSet> sets_;
    std::unordered_map<std::string, std::size_t> literal_;  // whole path → set
    std::vector<Pattern> patterns_;                         // the most specific first
};

}  // namespace latchkey::http
