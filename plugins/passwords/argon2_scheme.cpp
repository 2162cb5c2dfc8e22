// SPDX-License-Identifier: Apache-2.0
#include "domain/secret.h"
#include "plugins/passwords/argon2_memory.h"
#include "plugins/passwords/phc.h"
#include "plugins/passwords/scheme.h"

#include <argon2.h>

namespace latchkey::passwords {

namespace {

constexpr std::uint32_t kMemoryKiB = 19456;
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

// A hash of the database says what it costs to check it: what no administrator would have chosen is refused.
constexpr std::uint32_t kMostMemoryKiB = 1 << 20;
constexpr std::uint64_t kMostWorkKiB = 16ULL << 20;
constexpr std::uint32_t kMostLanes = 64;

struct Parameters {
    argon2_type type = Argon2_id;
    std::uint32_t version = ARGON2_VERSION_13;
    std::uint32_t memoryKiB = kMemoryKiB;
    std::uint32_t passes = kPasses;
    std::uint32_t lanes = kLanes;
};

std::optional<argon2_type> typeNamed(std::string_view id) {
    if (id == "argon2id") return Argon2_id;
    if (id == "argon2i") return Argon2_i;
    if (id == "argon2d") return Argon2_d;
    return std::nullopt;
}

bool reasonable(const Parameters& p, const Phc& phc) {
    return (p.version == ARGON2_VERSION_10 || p.version == ARGON2_VERSION_13) && p.passes >= 1 && p.lanes >= 1 && p.lanes <= kMostLanes && p.memoryKiB >= 8 * p.lanes &&
           p.memoryKiB <= kMostMemoryKiB && std::uint64_t{p.memoryKiB} * p.passes <= kMostWorkKiB && phc.salt.size() >= 8 && phc.hash.size() >= 12 && phc.hash.size() <= 128;
}

Parameters parametersOf(const Phc& phc) {
    const auto type = typeNamed(phc.id);
    const auto memory = phc.parameter("m");
    const auto passes = phc.parameter("t");
    const auto lanes = phc.parameter("p");
    if (!type || !memory || !passes || !lanes || phc.parameters.size() != 3) unreadableHash("argon2id");
    const Parameters parameters{*type, phc.version.value_or(ARGON2_VERSION_10), *memory, *passes, *lanes};
    if (!reasonable(parameters, phc)) unreadableHash("argon2id");
    return parameters;
}

std::uint8_t* bytes(std::string_view text) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())); }

class Argon2Scheme final : public Scheme {
public:
    explicit Argon2Scheme(std::string pepper) : pepper_(std::move(pepper)) {}

    std::string hash(std::string_view password) const override {
        Phc phc = fresh();
        phc.hash = compute(Parameters{}, password, phc.salt, kHashBytes);
        return phc.text();
    }

    bool matches(std::string_view password, const std::string& hash) const override {
        const auto phc = Phc::parse(hash);
        if (!phc) unreadableHash("argon2id");
        return constantTimeEquals(compute(parametersOf(*phc), password, phc->salt, phc->hash.size()), phc->hash);
    }

    std::string decoy() const override {
        Phc phc = fresh();
        phc.hash = randomBytes(kHashBytes);
        return phc.text();
    }

    std::string description() const override {
        return "argon2id, " + std::to_string(kMemoryKiB) + " KiB, " + std::to_string(kPasses) + " passes" + (pepper_.empty() ? "" : ", with a secret");
    }

private:
    static Phc fresh() {
        return {"argon2id", ARGON2_VERSION_13, {{"m", kMemoryKiB}, {"t", kPasses}, {"p", kLanes}}, randomBytes(kSaltBytes), {}};
    }

    std::string compute(const Parameters& parameters, std::string_view password, std::string_view salt, std::size_t length) const {
        std::string out(length, '\0');
        argon2_context context{};
        context.out = bytes(out);
        context.outlen = static_cast<std::uint32_t>(length);
        context.pwd = bytes(password);
        context.pwdlen = static_cast<std::uint32_t>(password.size());
        context.salt = bytes(salt);
        context.saltlen = static_cast<std::uint32_t>(salt.size());
        context.secret = pepper_.empty() ? nullptr : bytes(pepper_);
        context.secretlen = static_cast<std::uint32_t>(pepper_.size());
        context.t_cost = parameters.passes;
        context.m_cost = parameters.memoryKiB;
        context.lanes = parameters.lanes;
        context.threads = 1;  // of ours; the result is the same
        context.version = parameters.version;
        context.allocate_cbk = takeArgon2Memory;
        context.free_cbk = giveArgon2Memory;
        const int error = argon2_ctx(&context, parameters.type);
        if (error == ARGON2_MEMORY_ALLOCATION_ERROR) throw Unavailable("there is not enough memory to hash a password");
        if (error != ARGON2_OK) throw Error(std::string("hashing a password by argon2id failed: ") + argon2_error_message(error));
        return out;
    }

    const std::string pepper_;
};

}  // namespace

std::unique_ptr<Scheme> makeArgon2(std::string pepper) { return std::make_unique<Argon2Scheme>(std::move(pepper)); }

}  // namespace latchkey::passwords
