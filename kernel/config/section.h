// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/secret.h"
#include "kernel/config/tree.h"
#include "kernel/export.h"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::config {

/// Reads one mapping of the configuration. Knows its path; never throws for what an administrator wrote but notes every problem
/// (file, line, path, what is wrong) and gives a usable value, so that all problems are reported together. Whatever is asked for
/// counts as known; what nobody asked for is reported as unknown, with the nearest known name. Types are YAML's, without
/// coercion: `port: "5432"` is a string and refused, as in the reference.
class LATCHKEY_API Section {
public:
    /// The root of the tree. Both must outlive the section and everything made from it.
    Section(const Tree& tree, Problems& problems);

    const std::string& path() const { return path_; }  ///< "http.listeners[1]"; empty for the root
    bool present() const { return node_ != nullptr; }  ///< written in the configuration (or an environment layer)
    bool has(std::string_view key) const;              ///< present and not null; counts as asked for
    bool isNull(std::string_view key) const;           ///< written as null
    Node::Kind kindOf(std::string_view key) const;     ///< null if absent

    /// A mapping below this one. Absent: a section with present() == false, which gives defaults. Anything but a mapping
    /// (null too) is a problem.
    Section section(std::string_view key) const;
    /// The mappings of a list; absent: empty. An item that is not a mapping is a problem and left out.
    std::vector<Section> sections(std::string_view key) const;

    // Scalars with a default (absent → default; null → a problem, as in the reference).
    std::string string(std::string_view key, std::string_view fallback) const;
    bool boolean(std::string_view key, bool fallback) const;
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) const;
    double real(std::string_view key, double fallback) const;

    // Optional ones (absent or null → nothing).
    std::optional<std::string> optionalString(std::string_view key) const;
    std::optional<bool> optionalBoolean(std::string_view key) const;
    std::optional<std::int64_t> optionalInteger(std::string_view key, std::int64_t min, std::int64_t max) const;
    std::optional<double> optionalReal(std::string_view key) const;
    std::optional<Secret> optionalSecret(std::string_view key) const;     ///< a string; printed as <redacted> by `config dump`
    std::optional<std::string> optionalUriWithPassword(std::string_view key) const;  ///< only its password is redacted

    // Required ones (absent or null → a problem and an empty value).
    std::string requiredString(std::string_view key) const;
    Section requiredSection(std::string_view key) const;

    /// One of `words`, spelled exactly; absent → fallback. A problem names the accepted words.
    std::string oneOf(std::string_view key, std::string_view fallback, const std::vector<std::string_view>& words) const;
    std::optional<std::string> optionalOneOf(std::string_view key, const std::vector<std::string_view>& words) const;
    std::string requiredOneOf(std::string_view key, const std::vector<std::string_view>& words) const;

    /// Whole seconds ≥ 0.
    std::int64_t seconds(std::string_view key, std::int64_t fallback) const;
    /// Whole seconds; absent → fallback, null → nothing (switched off).
    std::optional<std::int64_t> secondsOrNull(std::string_view key, std::int64_t fallback) const;

    /// An absolute URL, in the WHATWG's normal form (`https://x` gives `https://x/`).
    std::optional<std::string> optionalUrl(std::string_view key) const;

    std::vector<std::string> strings(std::string_view key) const;  ///< a list of strings; absent: empty

    /// The node as written, for settings of free form; absent: nullptr. All of it counts as read.
    const Node* raw(std::string_view key) const;
    /// The keys written here, in order.
    std::vector<std::string> keys() const;

    /// A value given inline as `key` or in a file named by `key_file`. Both: a problem, "are exclusive".
    struct InlineOrFile {
        std::optional<Secret> value;      ///< the inline one
        std::optional<std::string> file;  ///< the path as written: relative to the process's working directory
        bool given() const { return value || file; }
    };
    InlineOrFile inlineOrFile(std::string_view key, bool required = false) const;

    /// Notes a problem at one of this section's keys (at the section itself if `key` is empty).
    void problem(std::string_view key, const std::string& message) const;
    void warning(std::string_view key, const std::string& message) const;
    /// Marks a key as known without reading it, e.g. one that another plugin reads.
    void know(std::string_view key) const;

private:
    Section(const Node* node, std::string path, Problems& problems, Mark mark);
    const Node* get(std::string_view key) const;
    const Node* typed(std::string_view key, Node::Kind kind) const;
    std::string pathOf(std::string_view key) const;
    void expected(const Node& node, std::string_view key, const std::string& what) const;
    void remember(std::string_view key, Node fallback) const;

    const Node* node_ = nullptr;
    std::string path_;
    Problems* problems_;
    Mark mark_;
    std::shared_ptr<KnownKeys> known_;
};

/// Warns of every key that no reader asked for. Below a mapping that was never read as a Section everything is free form.
LATCHKEY_API void reportUnknownKeys(const Tree& tree, Problems& problems);

/// Reads a file named in the configuration, at most `limit` bytes. Throws ConfigError with `path` (of the setting) in the message.
LATCHKEY_API std::string readFile(const std::string& settingPath, const std::string& file, std::size_t limit = 1 << 20);

/// A section that `config generate` writes; plugins declare theirs (Declarations::generator).
class LATCHKEY_API SectionGenerator {
public:
    virtual ~SectionGenerator();
    virtual std::string section() const = 0;
    /// Where in the file: lower numbers come first, equal ones in the order of the plugins.
    virtual int position() const { return 100; }
    /// With fresh secrets. The order of the members is the order in the file.
    virtual Node generate() const = 0;
};

}  // namespace latchkey::config
