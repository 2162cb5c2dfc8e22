// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "kernel/export.h"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// Hashes and checks passwords by the schemes of `passwords:`. Thread-safe. The work is done by a few threads of its own, so that
/// a burst of log-ins delays log-ins only; the caller waits. Throws Unavailable when too many wait already.
/// Never call it with a unit of work open: it takes tens of milliseconds.
class LATCHKEY_API PasswordHasher {
public:
    static constexpr const char* kService = "domain.PasswordHasher/1";

    struct Hash {
        std::string text;
        int version = 0;  ///< of the scheme
    };
    /// Not convertible to bool, on purpose: `if (verify(…))` must not compile.
    enum class Verdict { match, mismatch };
    struct Verification {
        Verdict verdict = Verdict::mismatch;
        std::optional<Hash> upgraded;  ///< after a match by an older scheme: what to store instead
    };

    virtual ~PasswordHasher();
    virtual bool enabled() const noexcept = 0;                  ///< passwords.enabled
    virtual Hash hash(std::string_view password) = 0;
    /// Throws Error if no scheme of that version is configured.
    virtual Verification verify(std::string_view password, std::string_view hash, int version) = 0;
    /// Costs what a verification costs; for users that do not exist or have no password.
    virtual void pretend(std::string_view password) = 0;
    /// Whether it is strong enough (`passwords.minimum_complexity`, zxcvbn's score).
    virtual bool complexEnough(std::string_view password) const = 0;
    /// zxcvbn's score, 0 (guessed at once) to 4, to show while somebody chooses one.
    virtual int strength(std::string_view password) const = 0;
};

}  // namespace latchkey
