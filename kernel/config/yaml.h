// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/config/tree.h"
#include "kernel/export.h"

#include <iosfwd>
#include <string>

namespace latchkey::config {

/// Parses one YAML document with the typing of YAML 1.2's core schema: booleans are true and false only, integers decimal, 0x, 0o
/// or 0b, a run of digits with a leading zero is a string; `<<` is a key like any other. A repeated key: the last one counts, with
/// a warning. `source` is the name in marks. Throws ConfigError for a syntax error, several documents, or more than 200,000 values.
LATCHKEY_API Node parseYaml(const std::string& text, const std::string& source, Problems& problems);

/// The type and text of a plain (unquoted) scalar.
LATCHKEY_API Node plainScalar(const std::string& text);

/// Writes block style YAML without a document marker; strings that would read as something else are quoted.
LATCHKEY_API std::string writeYaml(const Node& node);

}  // namespace latchkey::config
