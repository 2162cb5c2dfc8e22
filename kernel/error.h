// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <stdexcept>
#include <string>

namespace latchkey {

/// The root of everything that this project throws on purpose. what() is for the administrator: it says what was wrong,
/// where, and what to do; it never holds a secret. A surface decides what of it (if anything) a client may see.
class LATCHKEY_API Error : public std::runtime_error {
public:
    explicit Error(const std::string& message);
    ~Error() override;
};

/// The configuration cannot be used. what() lists every problem found, one per line, each with file, line and path.
class LATCHKEY_API ConfigError : public Error {
public:
    using Error::Error;
    ~ConfigError() override;
};

/// A plugin could not be loaded, configured or started. what() begins with the plugin's name or file.
class LATCHKEY_API PluginError : public Error {
public:
    using Error::Error;
    ~PluginError() override;
};

/// The command line was wrong; the process ends with exit code 2.
class LATCHKEY_API UsageError : public Error {
public:
    using Error::Error;
    ~UsageError() override;
};

/// A neighbour that this request needs (the database, the homeserver, …) is away or too busy. It is nobody's mistake here
/// and passes: HTTP answers 503 with `Retry-After`, a job is tried again.
class LATCHKEY_API Unavailable : public Error {
public:
    explicit Unavailable(const std::string& message, int retryAfterSeconds = 2);
    ~Unavailable() override;
    int retryAfterSeconds() const noexcept { return retryAfterSeconds_; }

private:
    int retryAfterSeconds_;
};

}  // namespace latchkey
