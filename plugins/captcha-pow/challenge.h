// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"

#include <string>
#include <string_view>

namespace latchkey {
class Encrypter;
}

namespace latchkey::pow {

/// A task that costs the browser time and this server one hash: find a number so that SHA-256 of "<challenge>:<number>" begins with so many
/// zero bits. The challenge names the registration that it is for, when it expires and how hard it is, and is signed: nothing is stored,
/// and it is good for nobody else.
class Challenges {
public:
    Challenges(const Encrypter& encrypter, int difficulty, Duration lifetime) : encrypter_(encrypter), difficulty_(difficulty), lifetime_(lifetime) {}

    std::string make(const Ulid& registration, Instant now) const;
    enum class Verdict { solved, wrong, expired };
    /// `wrong` also for what this server never asked of this registration.
    Verdict judge(std::string_view challenge, std::string_view number, const Ulid& registration, Instant now) const;

private:
    std::string signedText(const std::string& claims) const;

    const Encrypter& encrypter_;
    const int difficulty_;
    const Duration lifetime_;
};

}  // namespace latchkey::pow
