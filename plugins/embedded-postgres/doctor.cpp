// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/doctor.h"

#include "plugins/embedded-postgres/cluster.h"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace latchkey::embedded {

namespace {

constexpr unsigned long long kMiB = 1024 * 1024;
constexpr unsigned long long kTight = 1024 * kMiB;
constexpr unsigned long long kTooLittle = 128 * kMiB;  // PostgreSQL's own log ahead takes 16 MiB at a time and keeps several

}  // namespace

void EmbeddedCheck::run(Report& report) {
    directory(report);
    process(report);
    room(report);
}

void EmbeddedCheck::directory(Report& report) const {
    report.ok("data directory " + paths_.root + ", run by " + user_ + ", PostgreSQL " + std::to_string(binaries_.major) + " (" + binaries_.directory + ")");
    struct stat info {};
    if (::stat(paths_.config().c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
        report.fail(paths_.config() + " holds secrets and can be read by others", "chmod 600 " + paths_.config());
    }
}

void EmbeddedCheck::process(Report& report) const {
    const auto running = findPostmaster(paths_.pgdata());
    if (running && running->ready) report.ok("running as process " + std::to_string(running->pid));
    else report.fail("PostgreSQL does not run", "look for lines with embedded-postgres in the log; start the server, or this command, again");
}

void EmbeddedCheck::room(Report& report) const {
    struct statvfs disk {};
    if (::statvfs(paths_.root.c_str(), &disk) != 0) {
        return report.warn("free space cannot be determined: " + std::string(std::strerror(errno)), "df " + paths_.root);
    }
    const unsigned long long free = static_cast<unsigned long long>(disk.f_bavail) * disk.f_frsize;
    const std::string text = std::to_string(free / kMiB) + " MiB free on the disk of " + paths_.root;
    if (free < kTooLittle) report.fail(text, "make room: PostgreSQL stops when the disk is full");
    else if (free < kTight) report.warn(text, "make room before PostgreSQL stops");
    else report.ok(text);
}

}  // namespace latchkey::embedded
