// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/tree.h"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::synapse {

/// One mapping of Synapse's configuration. Whatever has another type than is asked for counts as absent, with a warning.
class SynapseSection {
public:
    /// Nothing is there if `node` is null.
    SynapseSection(const config::Node* node, std::string path) : node_(node), path_(std::move(path)) {}

    bool present() const { return node_ != nullptr; }
    bool has(const std::string& key) const;  ///< and not null
    std::optional<std::string> text(const std::string& key) const;
    /// YAML 1.1, as Synapse reads it: yes and on are true, too.
    std::optional<bool> flag(const std::string& key) const;
    std::optional<std::int64_t> number(const std::string& key) const;
    std::vector<std::string> texts(const std::string& key) const;
    SynapseSection section(const std::string& key) const;
    std::vector<SynapseSection> sections(const std::string& key) const;
    /// The members whose values are scalars.
    std::vector<std::pair<std::string, std::string>> pairs(const std::string& key) const;
    /// Says that something here has no counterpart, and what comes of that.
    void warn(const std::string& key, const std::string& what) const;

private:
    const config::Node* find(const std::string& key) const;
    const config::Node* typed(const std::string& key, config::Node::Kind kind) const;
    std::string pathOf(const std::string& key) const { return path_.empty() ? key : path_ + '.' + key; }

    const config::Node* node_;
    std::string path_;
};

/// Reads Synapse's files as Synapse does: a section of a later file replaces that of an earlier one as a whole. Throws Error for a
/// file that cannot be read, or if none of them has a server_name.
config::Node readSynapseConfig(const std::vector<std::string>& files);

}  // namespace latchkey::synapse
