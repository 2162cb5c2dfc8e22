// SPDX-License-Identifier: Apache-2.0
#include "tests/package/installation.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>

namespace latchkey::package {

namespace fs = std::filesystem;

/// What lies where after `cmake --install`.
class InstallTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InstallTest);
    CPPUNIT_TEST(installsTheHeadersOfPluginAuthorsAndNoOthers);
    CPPUNIT_TEST(findsItsLibrariesAndPluginsWhereverItIsMovedTo);
    CPPUNIT_TEST(noHeaderIncludesOneThatIsNotInstalled);
    CPPUNIT_TEST(keepsTheUnitsPathsFreeOfDestdir);
    CPPUNIT_TEST_SUITE_END();

    const Installation& installation_ = Installation::shared();

    void installsTheHeadersOfPluginAuthorsAndNoOthers() {
        const std::string include = installation_.prefix() + "/include/latchkey/";
        for (const char* header : {"kernel/plugin_abi.h", "kernel/version.h", "kernel/config/section.h", "domain/store.h", "domain/user/user_repository.h", "plugins/http/api/surface.h"}) {
            CPPUNIT_ASSERT_MESSAGE(header, fs::is_regular_file(include + header));
        }
        for (const char* header : {"kernel/plugin_host.h", "kernel/server_app.h", "plugins/http/server.h"}) CPPUNIT_ASSERT_MESSAGE(header, !fs::exists(include + header));
    }

    void findsItsLibrariesAndPluginsWhereverItIsMovedTo() {
        const std::string moved = installation_.directory() / "moved";
        fs::copy(installation_.prefix(), moved, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
        const std::string listed = must({moved + "/bin/mas-cli", "plugins", "list"}).output;
        for (const char* plugin : {"site-config", "storage-postgres", "http"}) requireHolds(listed, moved + "/" LIBDIR "/latchkey/plugins/" + plugin + ".so");
        const std::string libraries = must({"/usr/bin/ldd", moved + "/bin/mas-cli"}).output + must({"/usr/bin/ldd", moved + "/" LIBDIR "/latchkey/plugins/storage-postgres.so"}).output;
        requireHolds(libraries, moved);
        requireLacks(libraries, "not found");
        requireLacks(libraries, BUILD);
        fs::remove_all(moved);
    }

    void noHeaderIncludesOneThatIsNotInstalled() {
        const std::string include = installation_.prefix() + "/include/latchkey";
        std::string all;
        for (const auto& entry : fs::recursive_directory_iterator(include)) {
            if (entry.is_regular_file()) all += "#include \"" + fs::relative(entry.path(), include).string() + "\"\n";
        }
        const std::string source = installation_.directory().write("all.cpp", all);
        must({CXX, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-I", include, source});
    }

    void keepsTheUnitsPathsFreeOfDestdir() {
        const std::string root = installation_.directory() / "root";
        must({CMAKE, "--install", BUILD, "--prefix", "/opt/latchkey"}, {{"DESTDIR", root}});
        const std::string unit = test::readText(root + "/opt/latchkey/lib/systemd/system/latchkey.service");
        requireHolds(unit, "ExecStart=/opt/latchkey/bin/mas-cli server");
        CPPUNIT_ASSERT(fs::exists(root + "/opt/latchkey/bin/mas-cli"));
        must({root + "/opt/latchkey/bin/mas-cli", "plugins", "list"});
        fs::remove_all(root);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InstallTest);

}  // namespace latchkey::package
