// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "plugins/passwords/config.h"

#include <memory>
#include <string>
#include <string_view>

namespace latchkey::passwords {

/// One way to hash, with its pepper. Immutable, thread-safe, slow on purpose.
class Scheme {
public:
    virtual ~Scheme() = default;
    virtual std::string hash(std::string_view password) const = 0;
    /// By the parameters of the hash. Throws Error if the hash is none of this scheme or its parameters are beyond reason.
    virtual bool matches(std::string_view password, const std::string& hash) const = 0;
    /// A well-formed hash, with today's parameters, that nobody knows a password for. Costs nothing to make.
    virtual std::string decoy() const = 0;
    /// For the administrator: "argon2id m=19456 KiB t=2 p=1".
    virtual std::string description() const = 0;
};

std::unique_ptr<Scheme> makeArgon2(std::string pepper);
std::unique_ptr<Scheme> makeBcrypt(int cost, std::string pepper);
std::unique_ptr<Scheme> makePbkdf2(std::string pepper);
std::unique_ptr<Scheme> makeScheme(const SchemeConfig& config);

[[noreturn]] void unreadableHash(const char* algorithm);

}  // namespace latchkey::passwords
