// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/client_address.h"

using latchkey::IpAddress;
using namespace latchkey::http;

namespace {

struct Row {
    const char* name;
    const char* peer;                    // "": a UNIX socket
    std::vector<const char*> forwarded;  // X-Forwarded-For fields
    const char* expected;                // "": unknown
    const char* proxy = "";
};

const Row kRows[] = {
    {"direct", "203.0.113.5", {}, "203.0.113.5"},
    {"a stranger's header counts for nothing", "203.0.113.5", {"1.2.3.4"}, "203.0.113.5"},
    {"behind a proxy", "10.0.0.1", {"203.0.113.5"}, "203.0.113.5"},
    {"list with blanks", "10.0.0.1", {"203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
    {"what the client made up is left of its address", "10.0.0.1", {"1.1.1.1, 203.0.113.5 ,10.0.0.2"}, "203.0.113.5"},
    {"a second field is the nearer one", "10.0.0.1", {"1.1.1.1", "203.0.113.5"}, "203.0.113.5"},
    {"all trusted: the first", "10.0.0.1", {"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
    {"nothing beyond garbage", "10.0.0.1", {"203.0.113.5, unknown, 10.0.0.2"}, "10.0.0.2"},
    {"only garbage", "10.0.0.1", {"x"}, "10.0.0.1"},
    {"empty field", "10.0.0.1", {""}, "10.0.0.1"},
    {"empty entries", "10.0.0.1", {"203.0.113.5,, ,"}, "203.0.113.5"},
    {"entry with port", "10.0.0.1", {"203.0.113.5:1234"}, "203.0.113.5"},
    {"IPv6 in brackets with port", "10.0.0.1", {"[2001:db8::5]:1234"}, "2001:db8::5"},
    {"mapped peer is the IPv4 proxy", "::ffff:10.0.0.1", {"203.0.113.5"}, "203.0.113.5"},
    {"mapped entry", "10.0.0.1", {"::ffff:203.0.113.5"}, "203.0.113.5"},
    {"IPv6 proxy", "fd00::1", {"203.0.113.5"}, "203.0.113.5"},
    {"10.64 is outside 10.0.0.0/10", "10.64.0.1", {"1.2.3.4"}, "10.64.0.1"},
    {"UNIX socket", "", {"203.0.113.5"}, "203.0.113.5"},
    {"UNIX socket, no header", "", {}, ""},
    {"PROXY header wins", "10.0.0.1", {"1.2.3.4"}, "203.0.113.9", "203.0.113.9"},
    {"PROXY header from a trusted address wins, too", "10.0.0.1", {"1.2.3.4"}, "10.0.0.7", "10.0.0.7"},
};

}  // namespace

class ClientAddressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientAddressTest);
    CPPUNIT_TEST(infersEveryRow);
    CPPUNIT_TEST(parsesNetworks);
    CPPUNIT_TEST_SUITE_END();

    void infersEveryRow() {
        std::vector<ProxyNetwork> trusted;
        for (const char* each : {"192.168.0.0/16", "10.0.0.0/10", "127.0.0.0/8", "fd00::/8", "::1/128"}) trusted.push_back(*ProxyNetwork::parse(each));
        for (const Row& row : kRows) {
            Peer peer;
            if (*row.peer != '\0') peer.ip = IpAddress::parse(row.peer);
            if (*row.proxy != '\0') peer.proxySource = IpAddress::parse(row.proxy);
            Headers headers;
            for (const char* field : row.forwarded) headers.add("X-Forwarded-For", field);
            const auto client = clientAddress(peer, headers, trusted);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, std::string(row.expected), client ? client->text() : std::string());
        }
    }

    void parsesNetworks() {
        const auto holds = [](const char* network, const char* address) { return ProxyNetwork::parse(network)->contains(*IpAddress::parse(address)); };
        CPPUNIT_ASSERT(holds("192.0.2.0/24", "192.0.2.255"));
        CPPUNIT_ASSERT(!holds("192.0.2.0/24", "192.0.3.0"));
        CPPUNIT_ASSERT(holds("192.0.2.0/255.255.255.0", "192.0.2.9"));
        CPPUNIT_ASSERT(holds("192.0.2.1", "192.0.2.1"));
        CPPUNIT_ASSERT(!holds("192.0.2.1", "192.0.2.2"));
        CPPUNIT_ASSERT(holds("0.0.0.0/0", "8.8.8.8"));
        CPPUNIT_ASSERT(!holds("0.0.0.0/0", "2001:db8::1"));
        CPPUNIT_ASSERT(holds("2001:db8::/33", "2001:db8:7fff::1"));
        CPPUNIT_ASSERT(!holds("2001:db8::/33", "2001:db8:8000::1"));
        CPPUNIT_ASSERT(holds("::/0", "2001:db8::1"));
        for (const char* bad : {"", "a", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "192.0.2/24", "::/129", "192.0.2.0/255.0.255.0", "192.0.2.0/24/8"}) CPPUNIT_ASSERT_MESSAGE(bad, !ProxyNetwork::parse(bad));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ClientAddressTest);
