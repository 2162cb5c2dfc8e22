// SPDX-License-Identifier: Apache-2.0
#include "domain/secret.h"
#include "plugins/passwords/scheme.h"
#include "plugins/passwords/wiped.h"

#include <algorithm>
#include <crypt.h>

namespace latchkey::passwords {

namespace {

constexpr std::size_t kInputBytes = 72;   // more is not looked at
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kSettingLength = 29;  // $2b$12$ and 22 characters of salt
constexpr std::size_t kHashLength = 60;
constexpr int kMostCost = 20;  // of a stored hash, unless the scheme itself has more

bool isDigit(char c) { return c >= '0' && c <= '9'; }

int costOf(const std::string& hash) {
    const bool form = hash.size() == kHashLength && hash.starts_with("$2") && hash[3] == '$' && hash[6] == '$' && isDigit(hash[4]) && isDigit(hash[5]);
    if (!form || std::string_view("abxy").find(hash[2]) == std::string_view::npos) unreadableHash("bcrypt");
    return (hash[4] - '0') * 10 + (hash[5] - '0');
}

class BcryptScheme final : public Scheme {
public:
    BcryptScheme(int cost, std::string pepper) : cost_(cost), pepper_(std::move(pepper)) {}

    std::string hash(std::string_view password) const override {
        if (password.find('\0') != std::string_view::npos) throw Error("bcrypt cannot hash a password with a NUL character");
        return compute(password, setting());
    }

    bool matches(std::string_view password, const std::string& hash) const override {
        if (costOf(hash) > std::max(kMostCost, cost_)) unreadableHash("bcrypt");
        std::string form = hash;
        // crypt(3) departs from the algorithm for some $2a$ passwords, to protect those of a PHP of 2011. Whoever made hashes for
        // this server did not: $2a$ is what $2b$ is. ($2x$ are those of that PHP, bug and all.)
        if (form[2] == 'a') form[2] = 'b';
        const std::string computed = compute(password, form);
        // The first bits of a salt's last character are all that counts, so only what follows it is compared.
        const bool same = constantTimeEquals(std::string_view(computed).substr(kSettingLength), std::string_view(form).substr(kSettingLength));
        return same && password.find('\0') == std::string_view::npos;
    }

    std::string decoy() const override { return setting() + randomAlphanumerics(kHashLength - kSettingLength); }

    std::string description() const override { return "bcrypt, cost " + std::to_string(cost_) + (pepper_.empty() ? "" : ", with a secret"); }

private:
    std::string setting() const {
        const std::string salt = randomBytes(kSaltBytes);
        char text[CRYPT_GENSALT_OUTPUT_SIZE];
        if (::crypt_gensalt_rn("$2b$", static_cast<unsigned long>(cost_), salt.data(), static_cast<int>(salt.size()), text, sizeof text) == nullptr) {
            throw Error("crypt(3) of this system cannot make bcrypt hashes of cost " + std::to_string(cost_));
        }
        return text;
    }

    std::string compute(std::string_view password, const std::string& setting) const {
        Wiped input(kInputBytes + 1);
        input.text.append(password.substr(0, kInputBytes));
        input.text.append(pepper_, 0, kInputBytes - input.text.size());
        const auto wipe = [](crypt_data* data) {
            OPENSSL_cleanse(data, sizeof *data);
            delete data;
        };
        const std::unique_ptr<crypt_data, decltype(wipe)> data(new crypt_data(), wipe);
        const char* computed = ::crypt_r(input.text.c_str(), setting.c_str(), data.get());
        if (computed == nullptr || std::string_view(computed).size() != kHashLength) unreadableHash("bcrypt");
        return computed;
    }

    const int cost_;
    const std::string pepper_;
};

}  // namespace

std::unique_ptr<Scheme> makeBcrypt(int cost, std::string pepper) { return std::make_unique<BcryptScheme>(cost, std::move(pepper)); }

}  // namespace latchkey::passwords
