// SPDX-License-Identifier: Apache-2.0
#pragma once

// Plugins are opened with RTLD_GLOBAL by Poco and built with hidden visibility; whatever crosses the border between the
// executable's libraries and a plugin must be marked, or exceptions and virtual calls do not meet.
#define LATCHKEY_API __attribute__((visibility("default")))
