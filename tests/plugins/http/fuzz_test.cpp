// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/body.h"
#include "plugins/http/proxy_protocol.h"
#include "plugins/http/request_head.h"
#include "tests/plugins/http/test_front.h"

#include <random>

using namespace latchkey::http;
using namespace latchkey::http::test;

namespace {

const std::string kSeeds[] = {
    "GET /item/a%20b?c=d HTTP/1.1\r\nHost: a.example:80\r\nX-Forwarded-For: 1.2.3.4, ::1\r\nCookie: a=b; c\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 11\r\nConnection: keep-alive\r\n\r\nhello world",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5;x=\"y\"\r\nhello\r\n6\r\n world\r\n0\r\nT: u\r\n\r\n",
    "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\nHEAD http://b/hello HTTP/1.1\r\nHost: a\r\n\r\n",
    "PROXY TCP4 192.0.2.7 198.51.100.1 40320 443\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x05\x7f\0\0\1\x9d\x80\0\x50", 28),
};

class Mutator {
public:
    std::string next() {
        std::string bytes = kSeeds[pick(std::size(kSeeds))];
        for (std::size_t i = 1 + pick(6); i > 0; --i) mutate(bytes);
        return bytes;
    }
    std::size_t pick(std::size_t below) { return below == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

private:
    void mutate(std::string& bytes) {
        static const std::string kPieces[] = {"\r\n", "\n", "\r", " ", "\t", ":", std::string(1, '\0'), "\xff", "%", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "ffffffff", "-1", std::string(300, 'a')};
        const std::size_t at = pick(bytes.size() + 1);
        switch (pick(5)) {
        case 0: if (at < bytes.size()) bytes[at] = static_cast<char>(pick(256)); break;
        case 1: bytes.erase(at, pick(20)); break;
        case 2: bytes.insert(at, kPieces[pick(std::size(kPieces))]); break;
        case 3: bytes.insert(at, bytes.substr(pick(bytes.size() + 1), pick(40))); break;
        default: bytes.resize(at); break;
        }
    }
    std::mt19937 random_{20261124};
};

}  // namespace

class HttpFuzzTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpFuzzTest);
    CPPUNIT_TEST(attack30_parsersKeepTheirPromisesOnAnyBytes);
    CPPUNIT_TEST(attack30_serverSurvivesAnyBytes);
    CPPUNIT_TEST_SUITE_END();

    // A head is judged alike whole and in two pieces; a body reader takes no more than it is given and keeps its limit.
    void attack30_parsersKeepTheirPromisesOnAnyBytes() {
        Mutator mutator;
        for (int i = 0; i < 30'000; ++i) {
            const std::string bytes = mutator.next();
            HeadScanner whole, pieces;
            const auto state = whole.scan(bytes);
            const auto half = pieces.scan(std::string_view(bytes).substr(0, mutator.pick(bytes.size() + 1)));
            if (half == HeadScanner::State::incomplete) CPPUNIT_ASSERT_MESSAGE(bytes, pieces.scan(bytes) == state);
            if (state == HeadScanner::State::complete) {
                CPPUNIT_ASSERT(whole.length() <= bytes.size());
                Request request;
                Framing framing;
                const int status = parseHead(std::string_view(bytes).substr(whole.skipped(), whole.length() - whole.skipped()), request, framing);
                CPPUNIT_ASSERT_MESSAGE(bytes, status == 0 || (status >= 400 && status <= 505));
                if (status == 0) CPPUNIT_ASSERT_MESSAGE(bytes, !framing.chunked || !request.headers.has("Content-Length"));
            }
            Framing chunked;
            chunked.chunked = true;
            BodyReader reader(chunked, 64);
            std::string body;
            std::size_t used = 0;
            reader.feed(bytes, used, body);
            CPPUNIT_ASSERT(used <= bytes.size() && body.size() <= 64);
            const ProxyResult proxy = parseProxyHeader(bytes);
            CPPUNIT_ASSERT(proxy.state != ProxyResult::State::complete || proxy.length <= bytes.size());
        }
    }

    void attack30_serverSurvivesAnyBytes() {
        const TestFront plain, proxied("proxy_protocol: true");
        Mutator mutator;
        for (int i = 0; i < 3'000; ++i) {
            const std::string bytes = mutator.next();
            Wire client(i % 4 == 0 ? proxied.address() : plain.address());
            client.send(bytes);
            client.finish();
            std::string answers;
            CPPUNIT_ASSERT_NO_THROW_MESSAGE(std::to_string(i) + ": " + bytes, answers = client.readToEnd());
            CPPUNIT_ASSERT_MESSAGE(answers, answers.empty() || answers.starts_with("HTTP/1.1 "));
        }
        Wire client(plain.address());
        CPPUNIT_ASSERT_EQUAL(200, client.get("/hello").status);
        CPPUNIT_ASSERT(plain.awaitConnections(1));
        CPPUNIT_ASSERT(proxied.awaitConnections(0));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpFuzzTest);
