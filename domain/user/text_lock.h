// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>

namespace latchkey {

class UnitOfWork;

/// ASCII letters in lower case: names and addresses are compared so.
LATCHKEY_API std::string lowered(std::string_view text);

/// The database holds names apart by their exact spelling only, and addresses not at all: of two units of work that want one name
/// (`kind`: username) or address (`email`), in whatever case, the second waits here until the first has ended.
LATCHKEY_API void lockText(UnitOfWork& work, std::string_view kind, std::string_view text);

}  // namespace latchkey
