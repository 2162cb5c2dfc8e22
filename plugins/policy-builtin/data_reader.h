// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/policy-builtin/rules.h"

#include <Poco/JSON/Object.h>

#include <functional>

namespace latchkey::policy {

/// Reads one object of the data; notes what is of the wrong kind. null counts as absent, except for allow-lists.
class DataReader {
public:
    DataReader(Poco::JSON::Object::Ptr object, std::vector<std::string> path, std::vector<DataProblem>& problems)
        : object_(std::move(object)), path_(std::move(path)), problems_(problems) {}

    DataReader below(const std::string& key) const;  ///< absent: one without members
    std::vector<std::string> keys() const;
    bool given(const std::string& key) const;        ///< neither absent, nor null, nor false
    bool restricts(const std::string& key) const;    ///< of an allow-list: neither absent nor false

    bool boolean(const std::string& key) const;
    std::string string(const std::string& key) const;
    std::optional<std::int64_t> integer(const std::string& key, std::int64_t min, std::int64_t max) const;
    std::vector<std::string> strings(const std::string& key) const;
    Names names(const std::string& key) const;
    Matcher matcher(const std::string& key) const;
    Domains domains(const std::string& key) const;
    std::vector<IpNetwork> ranges(const std::string& key) const;

    void problem(const std::string& key, const std::string& message) const;

private:
    Poco::Dynamic::Var value(const std::string& key) const { return object_->get(key); }
    /// Each string of a list, given to `make`; what that throws is a problem.
    void each(const std::string& key, const std::function<void(const std::string&)>& make) const;

    Poco::JSON::Object::Ptr object_;
    std::vector<std::string> path_;
    std::vector<DataProblem>& problems_;
};

}  // namespace latchkey::policy
