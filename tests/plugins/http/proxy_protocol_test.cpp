// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/proxy_protocol.h"

using namespace latchkey::http;
using State = ProxyResult::State;

namespace {

std::string v2(unsigned char command, unsigned char family, const std::string& payload) {
    std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 255);
    return bytes + payload;
}

const std::string kFour("\xc0\x00\x02\x07\xc6\x33\x64\x01\x9d\x80\x01\xbb", 12);  // 192.0.2.7:40320 → 198.51.100.1:443
const std::string kSix = std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16) + std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16) + std::string("\x9d\x80\x01\xbb", 4);

struct Row {
    const char* name;
    std::string bytes;
    State state;
    const char* transport = "";
    const char* source = "";  // of the header's address; empty: none
};

const std::vector<Row>& rows() {
    static const std::vector<Row> table = {
        {"TCP4", "PROXY TCP4 192.0.2.7 198.51.100.1 40320 443\r\n", State::complete, "TCP4", "192.0.2.7"},
        {"TCP6", "PROXY TCP6 2001:db8::1 2001:db8::2 40320 443\r\n", State::complete, "TCP6", "2001:db8::1"},
        {"UNKNOWN", "PROXY UNKNOWN\r\n", State::complete, "UNKNOWN", ""},
        {"UNKNOWN with a rest", "PROXY UNKNOWN ffff::1 any thing 1\r\n", State::complete, "UNKNOWN", ""},
        {"no header", "GET / HTTP/1.1\r\n", State::malformed},
        {"begins alike", "PROPFIND / HTTP/1.1\r\n", State::malformed},
        {"lower case", "proxy TCP4 192.0.2.7 198.51.100.1 1 2\r\n", State::malformed},
        {"unknown family", "PROXY TCP5 192.0.2.7 198.51.100.1 1 2\r\n", State::malformed},
        {"address missing", "PROXY TCP4 192.0.2.7 1 2\r\n", State::malformed},
        {"two blanks", "PROXY TCP4  192.0.2.7 198.51.100.1 1 2\r\n", State::malformed},
        {"blank at the end", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n", State::malformed},
        {"wrong family of address", "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", State::malformed},
        {"IPv4 in TCP6", "PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n", State::malformed},
        {"port too large", "PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n", State::malformed},
        {"port with zero in front", "PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n", State::malformed},
        {"negative port", "PROXY TCP4 192.0.2.7 198.51.100.1 -1 2\r\n", State::malformed},
        {"address with a leading zero", "PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n", State::malformed},
        {"bare LF", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n" + std::string(100, 'x'), State::malformed},
        {"too long", "PROXY UNKNOWN " + std::string(100, 'x') + "\r\n", State::malformed},
        {"incomplete", "PROXY TCP4 192.0", State::incomplete},
        {"v2 TCP4", v2(0x21, 0x11, kFour), State::complete, "TCP4", "192.0.2.7"},
        {"v2 UDP4", v2(0x21, 0x12, kFour), State::complete, "UDP4", "192.0.2.7"},
        {"v2 TCP6", v2(0x21, 0x21, kSix), State::complete, "TCP6", "2001:db8::1"},
        {"v2 with TLVs", v2(0x21, 0x11, kFour + std::string("\x04\x00\x01x", 4)), State::complete, "TCP4", "192.0.2.7"},
        {"v2 UNIX", v2(0x21, 0x31, std::string(216, 'a')), State::complete, "UNIX", ""},
        {"v2 LOCAL", v2(0x20, 0x00, ""), State::complete, "LOCAL", ""},
        {"v2 LOCAL with addresses", v2(0x20, 0x11, kFour), State::complete, "LOCAL", ""},
        {"v2 unspecified", v2(0x21, 0x00, ""), State::complete, "UNKNOWN", ""},
        {"v2 too short for its addresses", v2(0x21, 0x11, "abc"), State::malformed},
        {"v2 IPv6 too short", v2(0x21, 0x21, kFour), State::malformed},
        {"v2 of version 3", v2(0x31, 0x11, kFour), State::malformed},
        {"v2 unknown command", v2(0x22, 0x11, kFour), State::malformed},
        {"v2 unknown family", v2(0x21, 0x41, kFour), State::malformed},
        {"v2 unknown protocol", v2(0x21, 0x13, kFour), State::malformed},
        {"v2 huge", v2(0x21, 0x11, std::string(5000, 'x')), State::malformed},
        {"v2 incomplete", v2(0x21, 0x11, kFour).substr(0, 20), State::incomplete},
    };
    return table;
}

}  // namespace

class ProxyProtocolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProxyProtocolTest);
    CPPUNIT_TEST(judgesEveryRow);
    CPPUNIT_TEST(needsEveryByteOfAHeader);
    CPPUNIT_TEST(leavesWhatFollows);
    CPPUNIT_TEST_SUITE_END();

    void judgesEveryRow() {
        for (const Row& row : rows()) {
            const ProxyResult result = parseProxyHeader(row.bytes);
            CPPUNIT_ASSERT_MESSAGE(row.name, row.state == result.state);
            if (row.state != State::complete) continue;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, row.bytes.size(), result.length);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string(row.transport), result.header.info.transport);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string(row.source), result.header.source ? result.header.source->text() : std::string());
        }
    }

    void needsEveryByteOfAHeader() {
        for (const Row& row : rows()) {
            if (row.state != State::complete) continue;
            for (std::size_t length = 0; length < row.bytes.size(); ++length) CPPUNIT_ASSERT_MESSAGE(row.name, parseProxyHeader(std::string_view(row.bytes).substr(0, length)).state == State::incomplete);
        }
    }

    void leavesWhatFollows() {
        const std::string header = "PROXY TCP4 192.0.2.7 198.51.100.1 40320 443\r\n";
        const ProxyResult result = parseProxyHeader(header + "GET / HTTP/1.1\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(header.size(), result.length);
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7:40320"), result.header.info.source);
        CPPUNIT_ASSERT_EQUAL(std::string("198.51.100.1:443"), result.header.info.destination);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProxyProtocolTest);
