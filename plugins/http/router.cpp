// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/router.h"

#include "kernel/error.h"
#include "plugins/http/api/escape.h"

#include <algorithm>

namespace latchkey::http {

namespace {

std::string allowOf(const std::vector<Route>& routes) {
    std::string allow;
    for (const Route& route : routes) {
        if (route.options.anyMethod) return "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        allow += route.method + ", ";
        if (route.method == "GET") allow += "HEAD, ";
    }
    return allow + "OPTIONS";
}

// The text between slashes: "/a/b" → a, b; "/" → one empty segment.
std::vector<std::string_view> cut(std::string_view path) {
    std::vector<std::string_view> segments;
    path.remove_prefix(1);
    for (;;) {
        const std::size_t slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

}  // namespace

const Route* RouteSet::find(std::string_view method) const {
    if (method == "HEAD") method = "GET";
    for (const Route& route : routes) {
        if (route.options.anyMethod || route.method == method) return &route;
    }
    return nullptr;
}

std::vector<Router::Segment> Router::split(const std::string& pattern, const Surface& surface) {
    const auto refuse = [&](const char* why) -> Error { return Error("resource `" + std::string(surface.resource()) + "`: the route " + pattern + " " + why); };
    if (!pattern.starts_with('/')) throw refuse("does not begin with a slash");
    std::vector<Segment> segments;
    for (const std::string_view text : cut(pattern)) {
        if (!segments.empty() && segments.back().kind == Segment::Kind::rest) throw refuse("goes on after {*…}");
        const bool named = text.size() > 2 && text.front() == '{' && text.back() == '}';
        if (!named && text.find_first_of("{}") != std::string_view::npos) throw refuse("has a brace within a segment");
        if (!named) segments.push_back({Segment::Kind::literal, std::string(text)});
        else if (text[1] == '*') segments.push_back({Segment::Kind::rest, std::string(text.substr(2, text.size() - 3))});
        else segments.push_back({Segment::Kind::parameter, std::string(text.substr(1, text.size() - 2))});
    }
    return segments;
}

std::size_t Router::setFor(const Surface& surface, const Route& route) {
    const auto known = std::ranges::find(sets_, route.pattern, &RouteSet::pattern);
    if (known != sets_.end()) return static_cast<std::size_t>(known - sets_.begin());
    std::vector<Segment> segments = split(route.pattern, surface);
    sets_.push_back({route.pattern, &surface, nullptr, {}, {}});
    const std::size_t index = sets_.size() - 1;
    if (std::ranges::all_of(segments, [](const Segment& segment) { return segment.kind == Segment::Kind::literal; })) {
        literal_.emplace(route.pattern, index);
    } else {
        // Segment by segment, literal text goes before a parameter and that before a rest.
        const auto rank = [](const Segment& segment) { return static_cast<int>(segment.kind); };
        const auto before = std::ranges::find_if(patterns_, [&](const Pattern& other) {
            return std::ranges::lexicographical_compare(segments, other.segments, {}, rank, rank);
        });
        patterns_.insert(before, {std::move(segments), index});
    }
    return index;
}

void Router::add(const Surface& surface, const std::vector<Route>& routes) {
    for (const Route& route : routes) {
        RouteSet& set = sets_[setFor(surface, route)];
        const bool clash = std::ranges::any_of(set.routes, [&](const Route& other) { return other.method == route.method; });
        if (clash) throw Error("resources `" + std::string(set.surface->resource()) + "` and `" + std::string(surface.resource()) + "` both serve " + (route.method.empty() ? "any method" : route.method) + " " + route.pattern);
        set.routes.push_back(route);
        if (route.options.cors != nullptr) set.cors = route.options.cors;
        // A route for any method is asked last.
        std::ranges::stable_sort(set.routes, {}, [](const Route& each) { return each.options.anyMethod; });
        set.allow = allowOf(set.routes);
    }
}

bool Router::matches(const Pattern& pattern, const std::vector<std::string>& segments, Parameters& parameters) {
    const bool hasRest = pattern.segments.back().kind == Segment::Kind::rest;
    if (hasRest ? segments.size() < pattern.segments.size() : segments.size() != pattern.segments.size()) return false;
    for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
        const Segment& expected = pattern.segments[i];
        if (expected.kind == Segment::Kind::literal ? segments[i] != expected.text : segments[i].empty()) return false;
    }
    for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
        const Segment& expected = pattern.segments[i];
        if (expected.kind == Segment::Kind::literal) continue;
        std::string value = segments[i];
        for (std::size_t k = i + 1; expected.kind == Segment::Kind::rest && k < segments.size(); ++k) value += '/' + segments[k];
        parameters.emplace_back(expected.text, std::move(value));
    }
    return true;
}

Router::Outcome Router::find(std::string_view rawPath, std::string& path, const RouteSet*& set, Parameters& parameters) const {
    const auto decoded = rawPath.find('%') == std::string_view::npos && isUtf8(rawPath) ? std::string(rawPath) : percentDecode(rawPath);
    if (!decoded) return Outcome::malformed;
    path = *decoded;
    const bool encodedSlash = std::ranges::count(path, '/') != std::ranges::count(rawPath, '/');
    if (const auto exact = literal_.find(path); exact != literal_.end() && !encodedSlash) {
        set = &sets_[exact->second];
        return Outcome::found;
    }
    if (patterns_.empty()) return Outcome::notFound;
    std::vector<std::string> segments;
    for (const std::string_view raw : cut(rawPath)) segments.push_back(percentDecode(raw).value_or(std::string()));
    for (const Pattern& pattern : patterns_) {
        if (!matches(pattern, segments, parameters)) continue;
        set = &sets_[pattern.set];
        return Outcome::found;
    }
    return Outcome::notFound;
}

}  // namespace latchkey::http
