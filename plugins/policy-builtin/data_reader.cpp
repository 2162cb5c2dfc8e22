// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-builtin/data_reader.h"

#include "plugins/policy-builtin/glob.h"

#include <stdexcept>

namespace latchkey::policy {

namespace {

using Object = Poco::JSON::Object::Ptr;
using Array = Poco::JSON::Array::Ptr;
using Poco::Dynamic::Var;

bool isFalse(const Var& value) { return value.isBoolean() && !value.convert<bool>(); }

}  // namespace

void DataReader::problem(const std::string& key, const std::string& message) const {
    auto path = path_;
    path.push_back(key);
    problems_.push_back({std::move(path), message});
}

DataReader DataReader::below(const std::string& key) const {
    auto path = path_;
    path.push_back(key);
    const Var found = value(key);
    const bool isObject = !found.isEmpty() && found.type() == typeid(Object);
    if (!isObject && given(key)) problem(key, "must be an object");
    return {isObject ? found.extract<Object>() : Object(new Poco::JSON::Object), std::move(path), problems_};
}

std::vector<std::string> DataReader::keys() const { return object_->getNames(); }

bool DataReader::given(const std::string& key) const {
    const Var found = value(key);
    return !found.isEmpty() && !isFalse(found);
}

bool DataReader::restricts(const std::string& key) const { return object_->has(key) && (value(key).isEmpty() || given(key)); }

bool DataReader::boolean(const std::string& key) const {
    const Var found = value(key);
    if (found.isEmpty()) return false;
    if (found.isBoolean()) return found.convert<bool>();
    problem(key, "must be true or false");
    return false;
}

std::string DataReader::string(const std::string& key) const {
    const Var found = value(key);
    if (found.isString()) return found.convert<std::string>();
    if (!found.isEmpty()) problem(key, "must be a string");
    return {};
}

std::optional<std::int64_t> DataReader::integer(const std::string& key, std::int64_t min, std::int64_t max) const {
    const Var found = value(key);
    if (found.isEmpty()) return std::nullopt;
    const bool whole = found.isInteger() && !found.isBoolean();
    const std::int64_t number = whole ? found.convert<std::int64_t>() : 0;
    if (whole && number >= min && number <= max) return number;
    problem(key, "must be a whole number between " + std::to_string(min) + " and " + std::to_string(max));
    return std::nullopt;
}

void DataReader::each(const std::string& key, const std::function<void(const std::string&)>& make) const {
    if (!given(key)) return;
    const Var found = value(key);
    if (found.type() != typeid(Array)) return problem(key, "must be a list of strings");
    for (const Var& item : *found.extract<Array>()) {
        if (!item.isString()) return problem(key, "must be a list of strings");
        try {
            make(item.convert<std::string>());
        } catch (const std::invalid_argument& error) {
            problem(key, "`" + item.convert<std::string>().substr(0, 200) + "`: " + error.what());
        }
    }
}

std::vector<std::string> DataReader::strings(const std::string& key) const {
    std::vector<std::string> all;
    each(key, [&](const std::string& text) { all.push_back(text); });
    return all;
}

Names DataReader::names(const std::string& key) const {
    Names all;
    each(key, [&](const std::string& text) { all.insert(text); });
    return all;
}

Matcher DataReader::matcher(const std::string& key) const {
    const DataReader lists = below(key);
    Matcher matcher{lists.names("literals"), lists.strings("substrings"), lists.strings("prefixes"), lists.strings("suffixes"), {}};
    lists.each("regexes", [&](const std::string& text) { matcher.regexes.emplace_back(text); });
    return matcher;
}

Domains DataReader::domains(const std::string& key) const {
    Domains domains;
    each(key, [&](const std::string& text) { domains.globs.emplace_back(globToRegex(text)); });
    return domains;
}

std::vector<IpNetwork> DataReader::ranges(const std::string& key) const {
    std::vector<IpNetwork> ranges;
    each(key, [&](const std::string& text) {
        const auto range = IpNetwork::parse(text);
        if (!range) throw std::invalid_argument("is neither an IP address nor a CIDR range");
        ranges.push_back(*range);
    });
    return ranges;
}

}  // namespace latchkey::policy
