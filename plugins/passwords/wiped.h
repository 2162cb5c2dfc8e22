// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/crypto.h>
#include <string>

namespace latchkey::passwords {

/// A string that is overwritten when it goes. Reserve what it will need first: a string that grows leaves copies behind.
class Wiped {
public:
    Wiped() = default;
    explicit Wiped(std::size_t capacity) { text.reserve(capacity); }
    Wiped(Wiped&& other) noexcept : text(std::move(other.text)) { other.wipe(); }
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    Wiped& operator=(Wiped&&) = delete;
    ~Wiped() { wipe(); }

    std::string text;

private:
    void wipe() noexcept {
        text.resize(text.capacity());
        OPENSSL_cleanse(text.data(), text.size());
        text.clear();
    }
};

}  // namespace latchkey::passwords
