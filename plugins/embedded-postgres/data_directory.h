// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedded-postgres/account.h"

#include <string>
#include <sys/types.h>

namespace latchkey::embedded {

/// Where things are below the data directory:
///
///   config.yaml  0600  the generated configuration, with the secrets
///   lock         0600  held by the process whose PostgreSQL runs
///   pgdata/      0700  the cluster; owned by the account that PostgreSQL runs as, which may be another than the directory's owner
///   run/         0700  its socket, owned likewise
struct Paths {
    std::string root;
    std::string config() const { return root + "/config.yaml"; }
    std::string lock() const { return root + "/lock"; }
    std::string pgdata() const { return root + "/pgdata"; }
    std::string run() const { return root + "/run"; }
};

inline constexpr const char* kPort = "5432";  // only names the socket: .s.PGSQL.5432

/// The directory for the socket: `run`, or, where its path is longer than the system allows for a socket or has a comma (libpq
/// would read two hosts), a private short one below /run (root), $XDG_RUNTIME_DIR or /tmp, always the same for this directory.
std::string socketDirectory(const Paths& paths);

/// Creates the data directory and those above it as needed. One that exists must be a directory, and not writable by everybody.
/// As root it belongs to root, and the account may enter it. Throws Error.
void prepareRoot(const Paths& paths, const Account& account);

/// Creates a directory of mode 0700 that belongs to the account. One that exists must be exactly that, or Error is thrown: in
/// /tmp somebody else may have been there first.
void preparePrivate(const std::string& directory, const Account& account);

/// Writes a file with the owner of its directory, in one step: whoever reads it sees all or nothing, even after a crash.
enum class Existing { keep, replace };
/// Returns false if the file exists and is kept.
bool writeFile(const std::string& path, const std::string& text, mode_t mode, Existing existing);

/// Gives `path` to the account if we are root.
void giveTo(const std::string& path, const Account& account);

}  // namespace latchkey::embedded
