// SPDX-License-Identifier: Apache-2.0
#include "domain/secret.h"
#include "plugins/passwords/phc.h"
#include "plugins/passwords/scheme.h"
#include "plugins/passwords/wiped.h"

#include <openssl/evp.h>

namespace latchkey::passwords {

namespace {

constexpr std::uint32_t kRounds = 600'000;
constexpr std::uint32_t kMostRounds = 20'000'000;  // of a stored hash
constexpr std::size_t kSaltBytes = 16;
constexpr std::uint32_t kHashBytes = 32;

const EVP_MD* digestOf(const Phc& phc) {
    if (phc.id == "pbkdf2-sha256") return EVP_sha256();
    return phc.id == "pbkdf2-sha512" ? EVP_sha512() : nullptr;
}

class Pbkdf2Scheme final : public Scheme {
public:
    explicit Pbkdf2Scheme(std::string pepper) : pepper_(std::move(pepper)) {}

    std::string hash(std::string_view password) const override {
        Phc phc = fresh();
        phc.hash = compute(EVP_sha256(), kRounds, password, phc.salt, kHashBytes);
        return phc.text();
    }

    bool matches(std::string_view password, const std::string& hash) const override {
        const auto phc = Phc::parse(hash);
        if (!phc || digestOf(*phc) == nullptr) unreadableHash("pbkdf2");
        const std::uint32_t rounds = phc->parameter("i").value_or(0);
        const bool length = phc->hash.size() >= 10 && phc->hash.size() <= 64 && phc->parameter("l").value_or(static_cast<std::uint32_t>(phc->hash.size())) == phc->hash.size();
        if (rounds < 1 || rounds > kMostRounds || !length) unreadableHash("pbkdf2");
        return constantTimeEquals(compute(digestOf(*phc), rounds, password, phc->salt, phc->hash.size()), phc->hash);
    }

    std::string decoy() const override {
        Phc phc = fresh();
        phc.hash = randomBytes(kHashBytes);
        return phc.text();
    }

    std::string description() const override {
        return "pbkdf2-sha256, " + std::to_string(kRounds) + " rounds" + (pepper_.empty() ? "" : ", with a secret");
    }

private:
    static Phc fresh() { return {"pbkdf2-sha256", std::nullopt, {{"i", kRounds}, {"l", kHashBytes}}, randomBytes(kSaltBytes), {}}; }

    std::string compute(const EVP_MD* digest, std::uint32_t rounds, std::string_view password, std::string_view salt, std::size_t length) const {
        Wiped input(password.size() + pepper_.size());
        input.text.append(password).append(pepper_);
        std::string out(length, '\0');
        if (PKCS5_PBKDF2_HMAC(input.text.data(), static_cast<int>(input.text.size()), reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                              static_cast<int>(rounds), digest, static_cast<int>(length), reinterpret_cast<unsigned char*>(out.data())) != 1) {
            throw Error("hashing a password by pbkdf2 failed");
        }
        return out;
    }

    const std::string pepper_;
};

}  // namespace

std::unique_ptr<Scheme> makePbkdf2(std::string pepper) { return std::make_unique<Pbkdf2Scheme>(std::move(pepper)); }

}  // namespace latchkey::passwords
