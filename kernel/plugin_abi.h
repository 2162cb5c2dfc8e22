// SPDX-License-Identifier: Apache-2.0
#pragma once

// Included by plugin.cpp files only.

#include "kernel/plugin.h"
#include "kernel/version.h"

#include <Poco/ClassLibrary.h>

namespace latchkey {

/// Of the contract between host and plugin: descriptor, manifest, order of the calls.
inline constexpr unsigned kPluginApi = 1;

/// What the object code of a plugin and of the server must share to be able to call each other.
#define LATCHKEY_STR_(x) #x
#define LATCHKEY_STR(x) LATCHKEY_STR_(x)
#if defined(__SANITIZE_ADDRESS__)
#define LATCHKEY_BUILD_SANITIZER "+asan"
#elif defined(__SANITIZE_THREAD__)
#define LATCHKEY_BUILD_SANITIZER "+tsan"
#else
#define LATCHKEY_BUILD_SANITIZER ""
#endif
#if defined(__clang__)
#define LATCHKEY_BUILD_COMPILER "clang-" LATCHKEY_STR(__clang_major__)
#else
#define LATCHKEY_BUILD_COMPILER "gcc-" LATCHKEY_STR(__GNUC__)
#endif
// Both change the layout of the library's strings and containers.
#if defined(_GLIBCXX_DEBUG)
#define LATCHKEY_BUILD_LIBRARY "+debug"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && !_GLIBCXX_USE_CXX11_ABI
#define LATCHKEY_BUILD_LIBRARY "+old-strings"
#else
#define LATCHKEY_BUILD_LIBRARY ""
#endif
inline constexpr char kBuildStamp[] = LATCHKEY_BUILD_COMPILER " abi-" LATCHKEY_STR(__GXX_ABI_VERSION) " c++" LATCHKEY_STR(__cplusplus)
    LATCHKEY_BUILD_LIBRARY LATCHKEY_BUILD_SANITIZER;

}  // namespace latchkey

/// A digest of the headers that plugins see (kernel/, domain/, plugins/http/api), so that code built before one of them changed is
/// refused. Each plugin has its own, from cmake/plugin_stamp.cpp: hidden, or it would be taken from the server. A file apart, because
/// with it here each change of any header would compile all plugin.cpp again.
extern "C" __attribute__((visibility("hidden"))) const char latchkey_headers[];

/// Read by the host before the class loader touches the file. Only ever grows at the end.
extern "C" struct LatchkeyPluginDescriptor {
    unsigned size;
    unsigned api;
    const char* name;
    const char* build;
    const char* version;
    const char* summary;
    const char* headers;
};

/// At the bottom of plugin.cpp, outside every namespace: LATCHKEY_PLUGIN(acme::LdapPlugin, "acme-ldap", "1.0", "Log-in by LDAP")
#define LATCHKEY_PLUGIN(Class, Name, Version, Summary)                                                                          \
    extern "C" LATCHKEY_API const LatchkeyPluginDescriptor latchkey_plugin;                                                    \
    const LatchkeyPluginDescriptor latchkey_plugin = {sizeof(LatchkeyPluginDescriptor), latchkey::kPluginApi, Name,            \
                                                      latchkey::kBuildStamp, Version, Summary, latchkey_headers};             \
    POCO_BEGIN_NAMED_MANIFEST_(Class)

// Poco's manifest names a class by its C++ name; the host wants it under one fixed name, so the macro adds it as "plugin".
#define POCO_BEGIN_NAMED_MANIFEST_(Class)                                                                                       \
    extern "C" LATCHKEY_API bool pocoBuildManifest(Poco::ManifestBase*);                                                       \
    bool pocoBuildManifest(Poco::ManifestBase* base) {                                                                          \
        using Manifest = Poco::Manifest<latchkey::Plugin>;                                                                      \
        if (std::string(typeid(Manifest).name()) != base->className()) return false;                                          \
        static_cast<Manifest*>(base)->insert(new Poco::MetaObject<Class, latchkey::Plugin>("plugin"));                        \
        return true;                                                                                                            \
    }
