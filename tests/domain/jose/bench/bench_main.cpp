// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/jws.h"
#include "domain/token/token_digest.h"
#include "domain/token/token_format.h"
#include "tests/domain/jose/vectors.h"

#include <chrono>
#include <cstdio>

using namespace latchkey;

namespace {

template <typename Work>
void measure(const char* what, Work work) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    int rounds = 0;
    std::chrono::duration<double, std::micro> spent{};
    for (; spent.count() < 500'000; spent = Clock::now() - begin) {
        for (int i = 0; i < 50; ++i) work();
        rounds += 50;
    }
    std::printf("%-24s %9.3f µs\n", what, spent.count() / rounds);
}

}  // namespace

int main() {
    const std::string payload(400, 'x');
    for (const auto& [index, algorithm] : {std::pair(0, jose::Algorithm::rs256), std::pair(1, jose::Algorithm::es256), std::pair(5, jose::Algorithm::edDsa)}) {
        const jose::Key key = jose::Key::parsePrivate(jose::test::kKeys[index].pem);
        const std::string name(jose::algorithmName(algorithm));
        const std::string jws = jose::sign(key, algorithm, payload);
        measure((name + " sign").c_str(), [&] { jose::sign(key, algorithm, payload); });
        measure((name + " parse and verify").c_str(), [&] { jose::Jws::parse(jws)->verify(key); });
    }
    const jose::Key secret = jose::Key::secret("aBcDeFgHiJkLmNoPqRsT");
    measure("HS256 sign", [&] { jose::sign(secret, jose::Algorithm::hs256, payload); });
    const std::string token = newToken(TokenKind::access);
    unsigned kinds = 0;
    measure("newToken", [] { newToken(TokenKind::access); });
    measure("tokenKind", [&] { kinds += static_cast<unsigned>(*tokenKind(token)); });
    measure("tokenDigest", [&] { tokenDigest(token); });
    return kinds == 0 ? 0 : 1;
}
