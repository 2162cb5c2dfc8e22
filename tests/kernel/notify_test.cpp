// SPDX-License-Identifier: Apache-2.0
#include "kernel/notify.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey {

class NotifyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotifyTest);
    CPPUNIT_TEST(tellsTheServiceManager);
    CPPUNIT_TEST(beatsAtHalfTheWatchdogInterval);
    CPPUNIT_TEST(saysNothingWithoutASocket);
    CPPUNIT_TEST_SUITE_END();

    std::filesystem::path directory_;
    int fd_ = -1;

    std::string receive() {
        char buffer[256];
        const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
        return count < 0 ? "(nothing)" : std::string(buffer, static_cast<std::size_t>(count));
    }

public:
    void setUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "latchkey-notify-XXXXXX").string();
        directory_ = ::mkdtemp(pattern.data());
        const std::string path = (directory_ / "s").string();
        fd_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        CPPUNIT_ASSERT_EQUAL(0, ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address));
        const timeval patience{5, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    void tearDown() override {
        ::close(fd_);
        std::filesystem::remove_all(directory_);
        ::unsetenv("NOTIFY_SOCKET");
    }

    void tellsTheServiceManager() {
        ServiceManager manager;
        CPPUNIT_ASSERT(std::getenv("NOTIFY_SOCKET") == nullptr);
        manager.mainPid();
        CPPUNIT_ASSERT_EQUAL("MAINPID=" + std::to_string(::getpid()), receive());
        manager.ready();
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1"), receive());
        manager.reloading();
        CPPUNIT_ASSERT(receive().starts_with("RELOADING=1\nMONOTONIC_USEC="));
        manager.stopping();
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), receive());
    }
    void beatsAtHalfTheWatchdogInterval() {
        ::setenv("WATCHDOG_USEC", "20000", 1);
        ServiceManager manager;
        manager.startWatchdog();
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_EQUAL(std::string("WATCHDOG=1"), receive());
    }
    void saysNothingWithoutASocket() {
        ::unsetenv("NOTIFY_SOCKET");
        ServiceManager manager;
        manager.ready();
        char byte;
        CPPUNIT_ASSERT(::recv(fd_, &byte, 1, MSG_DONTWAIT) < 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotifyTest);

}  // namespace latchkey
