// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/data_directory.h"

#include "kernel/error.h"
#include "plugins/embedded-postgres/directory_lock.h"
#include "tests/support/temporary_directory.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace latchkey::embedded {

class DataDirectoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DataDirectoryTest);
    CPPUNIT_TEST(keepsTheSocketInTheDirectoryWhileItFits);
    CPPUNIT_TEST(replacesAFileInOneStepAndKeepsOneThatIsToBeKept);
    CPPUNIT_TEST(refusesADirectoryThatEverybodyMayWriteTo);
    CPPUNIT_TEST(refusesAPrivateDirectoryThatIsOpen);
    CPPUNIT_TEST(refusesASymbolicLinkForAPrivateDirectory);
    CPPUNIT_TEST(theLockEndsWithItsHolder);
    CPPUNIT_TEST(theLockTellsWhoHoldsIt);
    CPPUNIT_TEST_SUITE_END();

    static Account self() { return {"tester", ::geteuid(), ::getegid(), {}}; }

    void keepsTheSocketInTheDirectoryWhileItFits() {
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/mas/run"), socketDirectory(Paths{"/srv/mas"}));
        const std::string atLimit = "/" + std::string(107 - 1 - std::string("/run/.s.PGSQL.5432").size(), 'x');
        CPPUNIT_ASSERT_EQUAL(atLimit + "/run", socketDirectory(Paths{atLimit}));
        const std::string elsewhere = socketDirectory(Paths{atLimit + "x"});
        CPPUNIT_ASSERT_MESSAGE(elsewhere, elsewhere.find("/latchkey-") != std::string::npos && elsewhere.size() < 80);
        CPPUNIT_ASSERT_EQUAL(elsewhere, socketDirectory(Paths{atLimit + "x"}));
        CPPUNIT_ASSERT(elsewhere != socketDirectory(Paths{atLimit + "y"}));
        CPPUNIT_ASSERT(socketDirectory(Paths{"/srv/a,b"}) != "/srv/a,b/run");
    }

    void replacesAFileInOneStepAndKeepsOneThatIsToBeKept() {
        const test::TemporaryDirectory directory;
        const std::string file = directory / "f";
        CPPUNIT_ASSERT(writeFile(file, "one", 0600, Existing::keep));
        CPPUNIT_ASSERT(!writeFile(file, "two", 0600, Existing::keep));
        CPPUNIT_ASSERT_EQUAL(std::string("one"), test::readText(file));
        CPPUNIT_ASSERT(writeFile(file, "three", 0600, Existing::replace));
        CPPUNIT_ASSERT_EQUAL(std::string("three"), test::readText(file));
        const auto entries = std::distance(std::filesystem::directory_iterator(directory.path()), {});
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, entries);
    }

    void refusesADirectoryThatEverybodyMayWriteTo() {
        const test::TemporaryDirectory directory;
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(directory.path().c_str(), 0777));
        CPPUNIT_ASSERT_THROW(prepareRoot(Paths{directory.path()}, self()), Error);
    }

    void refusesAPrivateDirectoryThatIsOpen() {
        const test::TemporaryDirectory directory;
        const Account other{"other", ::geteuid() + 1, ::getegid(), {}};
        CPPUNIT_ASSERT_NO_THROW(preparePrivate(directory / "new", self()));
        CPPUNIT_ASSERT_EQUAL(0, ::chmod((directory / "new").c_str(), 0755));
        if (::geteuid() != 0) CPPUNIT_ASSERT_THROW(preparePrivate(directory / "new", self()), Error);
        if (::geteuid() == 0) {
            preparePrivate(directory / "given", other);
            CPPUNIT_ASSERT_THROW(preparePrivate(directory / "given", {"third", ::geteuid() + 2, ::getegid(), {}}), Error);
        }
    }

    void refusesASymbolicLinkForAPrivateDirectory() {
        const test::TemporaryDirectory directory;
        std::filesystem::create_directory(directory / "victim");
        std::filesystem::create_directory_symlink(directory / "victim", directory / "link");
        CPPUNIT_ASSERT_THROW(preparePrivate(directory / "link", self()), Error);
    }

    void theLockEndsWithItsHolder() {
        const test::TemporaryDirectory directory;
        const std::string file = directory / "lock";
        const pid_t child = ::fork();
        if (child == 0) {
            const auto lock = DirectoryLock::tryTake(file);
            ::_exit(lock ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        CPPUNIT_ASSERT_EQUAL(0, status);
        CPPUNIT_ASSERT(DirectoryLock::tryTake(file).has_value());
        CPPUNIT_ASSERT(!DirectoryLock::holder(file).has_value());
    }

    void theLockTellsWhoHoldsIt() {
        const test::TemporaryDirectory directory;
        const std::string file = directory / "lock";
        const auto lock = DirectoryLock::tryTake(file);
        lock->announce(Holder::Role::server, "/srv/with blanks/run");
        CPPUNIT_ASSERT(!DirectoryLock::tryTake(file).has_value());
        const auto holder = DirectoryLock::holder(file);
        CPPUNIT_ASSERT(holder.has_value());
        CPPUNIT_ASSERT_EQUAL(::getpid(), holder->pid);
        CPPUNIT_ASSERT(holder->role == Holder::Role::server);
        CPPUNIT_ASSERT_EQUAL(std::string("/srv/with blanks/run"), holder->socketDirectory);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DataDirectoryTest);

}  // namespace latchkey::embedded
