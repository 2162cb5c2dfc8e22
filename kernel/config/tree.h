// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::config {

struct KnownKeys;

/// Where a value was written: "config.yaml:12". Line 0: no line (an environment variable, a built-in default).
struct Mark {
    std::shared_ptr<const std::string> source;
    int line = 0;
    std::string text() const;
};

/// One value of the configuration, as written: YAML scalars keep their text and the type that YAML 1.2's core schema gives
/// them (`yes` is a string, `0o17` an integer). Copying is deep.
class LATCHKEY_API Node {
public:
    enum class Kind { null, boolean, integer, real, string, sequence, mapping };
    enum class Redaction { none, whole, uriPassword };

    Kind kind = Kind::null;
    std::string scalar;                                   ///< text of a scalar; booleans as "true" or "false"
    std::vector<Node> items;                              ///< of a sequence
    std::vector<std::pair<std::string, Node>> members;    ///< of a mapping, in the order written; keys are unique
    Mark mark;

    // What readers left behind; see Section.
    mutable bool read = false;
    mutable Redaction redaction = Redaction::none;
    mutable std::shared_ptr<KnownKeys> known;                            ///< of a mapping read as a Section
    mutable std::vector<std::pair<std::string, Node>> defaults;          ///< of a mapping: what readers took in place of absent keys

    static Node null();
    static Node boolean(bool value);
    static Node integer(std::int64_t value);
    static Node real(double value);
    static Node string(std::string value);
    static Node sequence(std::vector<Node> items = {});
    static Node mapping();

    const Node* find(std::string_view key) const;
    Node* find(std::string_view key);
    /// Sets or replaces a member of a mapping and returns it.
    Node& set(std::string key, Node value);
    Node& append(Node value);
};

std::string_view kindName(Node::Kind kind);  ///< "a string", "a list", …

/// The whole configuration, after merging its layers.
class LATCHKEY_API Tree {
public:
    Node root = Node::mapping();

    /// Puts `layer` over what is there: mappings merge key by key, sequences are concatenated, anything else is replaced.
    void merge(Node layer);
    /// Sets one value by path (`{"database", "host"}`), creating mappings on the way; replaces what is there.
    void put(const std::vector<std::string>& path, Node value, const std::string& source);
};

/// Problems found while reading, errors and warnings, in the order found.
class LATCHKEY_API Problems {
public:
    void error(const Mark& mark, const std::string& path, const std::string& message);
    void warn(const Mark& mark, const std::string& path, const std::string& message);
    /// A whole file that cannot be read; the message names it.
    void unreadable(const std::string& message);
    bool failed() const { return !errors_.empty(); }
    const std::vector<std::string>& errors() const { return errors_; }
    const std::vector<std::string>& warnings() const { return warnings_; }
    /// Throws ConfigError with all errors if there are any.
    void throwIfFailed() const;

private:
    std::vector<std::string> errors_;
    std::vector<std::string> warnings_;
};

}  // namespace latchkey::config
