// SPDX-License-Identifier: Apache-2.0
#include "plugins/passwords/scheme.h"

namespace latchkey::passwords {

std::unique_ptr<Scheme> makeScheme(const SchemeConfig& config) {
    std::string pepper = config.pepper ? config.pepper->reveal() : std::string();
    switch (config.algorithm) {
    case Algorithm::bcrypt: return makeBcrypt(config.cost, std::move(pepper));
    case Algorithm::pbkdf2: return makePbkdf2(std::move(pepper));
    case Algorithm::argon2id: break;
    }
    return makeArgon2(std::move(pepper));
}

void unreadableHash(const char* algorithm) {
    throw Error(std::string("a stored password hash is no ") + algorithm + " hash, or its parameters are out of bounds: does its version belong to another scheme?");
}

}  // namespace latchkey::passwords
