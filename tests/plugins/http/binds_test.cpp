// SPDX-License-Identifier: Apache-2.0
#include "kernel/error.h"
#include "plugins/http/inherited.h"
#include "tests/plugins/http/certificates.h"
#include "tests/plugins/http/test_front.h"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

using namespace latchkey;
using namespace latchkey::http;
using namespace latchkey::http::test;

namespace {

std::string withBinds(const std::string& binds) {
    const TestFront server({}, {}, 2, binds);
    std::string all;
    for (const std::string& address : server.front->addresses(0)) {
        Wire client(address);
        all += std::to_string(client.get("/hello").status) + " ";
    }
    return all;
}

template <typename Call>
std::string failure(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "no failure";
}

void contains(const std::string& text, const std::string& part) { CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos); }

int listeningUnix(const std::string& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    CPPUNIT_ASSERT_EQUAL(0, ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    CPPUNIT_ASSERT_EQUAL(0, ::listen(fd, 5));
    return fd;
}

int listeningTcp() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CPPUNIT_ASSERT_EQUAL(0, ::listen(fd, 5));  // on a free port
    return fd;
}

// Puts `fd` at a number of its own, high enough to be free.
int moveTo(int fd, int number) {
    CPPUNIT_ASSERT_EQUAL(number, ::dup2(fd, number));
    ::close(fd);
    return number;
}

}  // namespace

class HttpBindsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpBindsTest);
    CPPUNIT_TEST(listensOnEveryShape);
    CPPUNIT_TEST(takesBothFamiliesWithoutAHost);
    CPPUNIT_TEST(saysWhoHasTheAddress);
    CPPUNIT_TEST(saysThatANameIsUnknown);
    CPPUNIT_TEST(removesItsSocketFile);
    CPPUNIT_TEST(replacesAStaleSocketFile);
    CPPUNIT_TEST(leavesALiveSocketAndOtherFilesAlone);
    CPPUNIT_TEST(trustsLocalPeers);
    CPPUNIT_TEST(takesInheritedSockets);
    CPPUNIT_TEST(checksInheritedSockets);
    CPPUNIT_TEST(believesOnlyItsOwnListenPid);
    CPPUNIT_TEST(servesAnInheritedSocket);
    CPPUNIT_TEST(servesBothProxyVersions);
    CPPUNIT_TEST(closesWithoutAProxyHeader);
    CPPUNIT_TEST(namesWhatIsOfferedForAnUnknownResource);
    CPPUNIT_TEST(acceptsTheReferencesResources);
    CPPUNIT_TEST(leavesNothingBehindWhenABindFails);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { folder_ = makeTemporaryFolder(); }
    void tearDown() override {
        std::filesystem::remove_all(folder_);
        for (const char* name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDS_FIRST_FD"}) ::unsetenv(name);
    }

private:
    std::string folder_;
    std::string socket() const { return folder_ + "/front.sock"; }

    void listensOnEveryShape() {
        CPPUNIT_ASSERT_EQUAL(std::string("200 200 200 200 "), withBinds("[{port: 0}, {host: localhost, port: 0}, {address: '127.0.0.1:0'}, {socket: " + socket() + "}]"));
    }

    void takesBothFamiliesWithoutAHost() {
        const TestFront server({}, {}, 2, "[{port: 0}]");
        const std::string address = server.address();
        const std::string port = address.substr(address.rfind(':'));
        Wire four("127.0.0.1" + port);
        CPPUNIT_ASSERT(four.get("/who").body.starts_with("127.0.0.1 "));
        if (!address.starts_with('[')) return;  // no IPv6 on this machine
        Wire six("[::1]" + port);
        CPPUNIT_ASSERT(six.get("/who").body.starts_with("::1 "));
    }

    void saysWhoHasTheAddress() {
        const TestFront server;
        const std::string message = failure([&] { TestFront({}, {}, 2, "[{address: '" + server.address() + "'}]"); });
        contains(message, "http.listeners[0].binds[0]: cannot listen on " + server.address());
        contains(message, "another process serves there");
    }

    void saysThatANameIsUnknown() {
        contains(failure([] { TestFront({}, {}, 2, "[{host: no-such-host.invalid, port: 0}]"); }), "http.listeners[0].binds[0].host: cannot resolve `no-such-host.invalid`");
    }

    void removesItsSocketFile() {
        {
            const TestFront server({}, {}, 2, "[{socket: " + socket() + "}]");
            CPPUNIT_ASSERT(std::filesystem::exists(socket()));
        }
        CPPUNIT_ASSERT(!std::filesystem::exists(socket()));
    }

    void replacesAStaleSocketFile() {
        ::close(listeningUnix(socket()));
        CPPUNIT_ASSERT(std::filesystem::exists(socket()));
        CPPUNIT_ASSERT_EQUAL(std::string("200 "), withBinds("[{socket: " + socket() + "}]"));
    }

    void leavesALiveSocketAndOtherFilesAlone() {
        const Fd live(listeningUnix(socket()));
        contains(failure([&] { TestFront({}, {}, 2, "[{socket: " + socket() + "}]"); }), "another process serves there");
        CPPUNIT_ASSERT(std::filesystem::exists(socket()));
        writeFile(folder_ + "/precious", "x");
        contains(failure([&] { TestFront({}, {}, 2, "[{socket: " + folder_ + "/precious}]"); }), "cannot listen on");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), readFile(folder_ + "/precious"));
    }

    void trustsLocalPeers() {
        const TestFront server({}, {}, 2, "[{socket: " + socket() + "}]");
        Wire client(server.address());
        CPPUNIT_ASSERT(client.get("/who").body.starts_with("unknown "));
        CPPUNIT_ASSERT(client.get("/who", "X-Forwarded-For: 203.0.113.5, 10.0.0.1\r\n").body.starts_with("203.0.113.5 "));
    }

    void takesInheritedSockets() {
        moveTo(listeningTcp(), 700);
        moveTo(listeningUnix(socket()), 701);
        ::setenv("LISTEN_FDS", "2", 1);
        ::setenv("LISTEN_FDS_FIRST_FD", "700", 1);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        InheritedSockets sockets;
        const Fd local = sockets.take({1, true}, "b1");
        const Fd tcp = sockets.take({0, false}, "b0");
        CPPUNIT_ASSERT_EQUAL(701, local.get());
        CPPUNIT_ASSERT_EQUAL(700, tcp.get());
        CPPUNIT_ASSERT((::fcntl(700, F_GETFD) & FD_CLOEXEC) != 0);
        CPPUNIT_ASSERT((::fcntl(700, F_GETFL) & O_NONBLOCK) != 0);
        contains(failure([&] { sockets.take({0, false}, "http.x"); }), "http.x: inherited socket 0 is in use by another bind");
        contains(failure([&] { sockets.take({2, false}, "http.x"); }), "LISTEN_FDS is 2");
    }

    void checksInheritedSockets() {
        const Fd tcp(moveTo(listeningTcp(), 700));
        const Fd plain(moveTo(::open("/dev/null", O_RDONLY), 701));
        const Fd mute(moveTo(::socket(AF_INET, SOCK_STREAM, 0), 702));
        const Fd datagrams(moveTo(::socket(AF_INET, SOCK_DGRAM, 0), 703));
        ::setenv("LISTEN_FDS", "4", 1);
        ::setenv("LISTEN_FDS_FIRST_FD", "700", 1);
        InheritedSockets sockets;
        contains(failure([&] { sockets.take({0, true}, "x"); }), "not of the kind `unix`");
        contains(failure([&] { sockets.take({1, false}, "x"); }), "is not a socket");
        contains(failure([&] { sockets.take({2, false}, "x"); }), "not a listening stream socket");
        contains(failure([&] { sockets.take({3, false}, "x"); }), "not a listening stream socket");
    }

    void believesOnlyItsOwnListenPid() {
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_PID", "1", 1);
        InheritedSockets other;
        contains(failure([&] { other.take({0, false}, "x"); }), "LISTEN_PID names another process");
        ::unsetenv("LISTEN_PID");
        ::unsetenv("LISTEN_FDS");
        InheritedSockets none;
        contains(failure([&] { none.take({0, false}, "x"); }), "LISTEN_FDS is not set");
    }

    void servesAnInheritedSocket() {
        moveTo(listeningTcp(), 710);
        ::setenv("LISTEN_FDS", "1", 1);
        ::setenv("LISTEN_FDS_FIRST_FD", "710", 1);
        const TestFront server({}, {}, 2, "[{fd: 0}]");
        CPPUNIT_ASSERT(std::getenv("LISTEN_FDS") == nullptr);
        const std::string address = server.address();
        Wire client("127.0.0.1" + address.substr(address.rfind(':')));
        CPPUNIT_ASSERT_EQUAL(200, client.get("/hello").status);
    }

    void servesBothProxyVersions() {
        const TestFront server("proxy_protocol: true");
        Wire first(server.address());
        first.send("PROXY TCP6 2001:db8::5 2001:db8::1 40320 80\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::5 plain web - TCP6 [2001:db8::5]:40320 /who"), first.get("/who").body);
        Wire second(server.address());
        second.send(std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x05\x7f\0\0\1\x9d\x80\0\x50", 28) + "GET /who HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.5 plain web - TCP4 203.0.113.5:40320 /who"), second.read().body);
        Wire slow(server.address());
        for (const char c : std::string("PROXY UNKNOWN\r\nGET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n")) slow.send(std::string(1, c));
        CPPUNIT_ASSERT_EQUAL(std::string("203.0.113.9 plain web - UNKNOWN  /who"), slow.read().body);
    }

    void closesWithoutAProxyHeader() {
        const TestFront server("proxy_protocol: true");
        Wire client(server.address());
        client.send("GET /who HTTP/1.1\r\nHost: a\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), client.readToEnd());
    }

    static HttpConfig configWith(const std::string& resource) {
        HttpConfig config;
        ListenerConfig listener;
        listener.where = "http.listeners[0]";
        listener.label = "0";
        listener.resources.push_back({"http.listeners[0].resources[0]", resource, config::Node::mapping()});
        listener.binds.push_back({"http.listeners[0].binds[0]", TcpBind{"127.0.0.1", 0}});
        config.listeners.push_back(listener);
        return config;
    }

    void namesWhatIsOfferedForAnUnknownResource() {
        TestSurface surface;
        contains(failure([&] { Front(configWith("tset"), {&surface}, {}, 1); }), "http.listeners[0].resources[0]: no resource is called `tset`: loaded plugins offer `test`");
    }

    void acceptsTheReferencesResources() {
        TestSurface surface;
        const Front front(configWith("adminapi"), {&surface}, {}, 1);
        Wire client(front.addresses(0).front());
        CPPUNIT_ASSERT_EQUAL(404, client.get("/api/admin/v1/users").status);
    }

    void leavesNothingBehindWhenABindFails() {
        const TestFront taken;
        contains(failure([&] { TestFront({}, {}, 2, "[{socket: " + socket() + "}, {address: '" + taken.address() + "'}]"); }), "binds[1]");
        CPPUNIT_ASSERT(!std::filesystem::exists(socket()));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HttpBindsTest);
