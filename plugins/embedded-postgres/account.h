// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace latchkey::embedded {

/// The system user that PostgreSQL runs as. PostgreSQL refuses to run as root.
struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  ///< all of them, for setgroups()
};

/// Ourselves; as root the owner of the cluster or of the data directory if that is not root, else the system user `postgres`.
/// Throws Error if the user is not in the user database (PostgreSQL needs its name) or there is no `postgres`.
Account accountFor(const std::string& dataDir);

}  // namespace latchkey::embedded
