// SPDX-License-Identifier: Apache-2.0
// Part of each plugin, compiled by latchkey_add_plugin(), and of the server: see kernel/plugin_abi.h.
#include "kernel/headers_digest.h"

extern "C" {
__attribute__((visibility("hidden"))) extern const char latchkey_headers[];
const char latchkey_headers[] = LATCHKEY_HEADERS_DIGEST;
}
