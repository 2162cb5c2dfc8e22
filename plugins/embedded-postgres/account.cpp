// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/account.h"

#include "kernel/error.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace {

Account from(const passwd& entry) {
    Account account{entry.pw_name, entry.pw_uid, entry.pw_gid, {}};
    int count = 64;
    account.groups.resize(64);
    if (::getgrouplist(entry.pw_name, entry.pw_gid, account.groups.data(), &count) < 0) {
        account.groups.resize(static_cast<std::size_t>(count));
        ::getgrouplist(entry.pw_name, entry.pw_gid, account.groups.data(), &count);
    }
    account.groups.resize(static_cast<std::size_t>(count));
    return account;
}

Account byId(uid_t uid) {
    const passwd* entry = ::getpwuid(uid);
    if (entry == nullptr) {
        throw Error("the user with the id " + std::to_string(uid) + " has no name in the user database, and PostgreSQL needs one: add it to /etc/passwd");
    }
    return from(*entry);
}

uid_t ownerOf(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) ? info.st_uid : 0;
}

}  // namespace

Account accountFor(const std::string& dataDir) {
    if (::geteuid() != 0) return byId(::geteuid());
    for (const std::string& path : {dataDir + "/pgdata", dataDir}) {
        if (const uid_t owner = ownerOf(path); owner != 0) return byId(owner);
    }
    const passwd* entry = ::getpwnam("postgres");
    if (entry == nullptr) {
        throw Error("PostgreSQL does not run as root, and there is no system user `postgres` to run it as: "
                    "create one (useradd --system postgres), or give the directory to another user (chown USER " + dataDir + ")");
    }
    return from(*entry);
}

}  // namespace latchkey::embedded
