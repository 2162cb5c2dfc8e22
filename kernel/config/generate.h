// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/section.h"
#include "kernel/config/tree.h"
#include "kernel/export.h"

#include <vector>

namespace latchkey {
struct OptionSpec;
}

namespace latchkey::config {

/// Takes over the configuration of another program in `config generate`; plugins declare theirs (Declarations::import).
class LATCHKEY_API ConfigImport {
public:
    virtual ~ConfigImport();
    /// The option of `config generate` whose values are the files.
    virtual OptionSpec option() const = 0;
    /// Changes what was generated. `files` are as given, at least one. Throws Error for one that cannot be used.
    virtual void apply(Node& generated, const std::vector<std::string>& files) const = 0;
};

/// A whole configuration with fresh secrets: one section per generator, by their positions.
LATCHKEY_API Node generate(std::vector<const SectionGenerator*> generators);

/// What `config dump` prints: the tree as merged, with the defaults that readers took in sections that were written, and secrets
/// as `<redacted>`.
LATCHKEY_API Node effective(const Node& node);

}  // namespace latchkey::config
