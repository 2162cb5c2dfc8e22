// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/data_directory.h"

#include "kernel/error.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void failed(const std::string& what, const std::string& path) {
    throw Error(path + ": " + what + ": " + std::strerror(errno));
}

// FNV-1a: the same short name for the same directory, nothing more.
std::string shortName(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3U;
    char name[17];
    std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash));
    return name;
}

bool fitsSocket(const std::string& directory) {
    const std::string socket = directory + "/.s.PGSQL." + kPort;
    return socket.size() < sizeof(sockaddr_un::sun_path) && directory.find(',') == std::string::npos;
}

std::string shortBase() {
    if (::geteuid() == 0 && ::access("/run", W_OK) == 0) return "/run";
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && runtime[0] == '/' && ::access(runtime, W_OK) == 0 && std::strlen(runtime) < 60) return runtime;
    return "/tmp";
}

void syncDirectory(const std::string& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

void writeAll(int fd, const std::string& text, const std::string& path) {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t count = ::write(fd, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) failed("cannot be written", path);
        done += static_cast<std::size_t>(count);
    }
}

// A new file next to `path`, complete and on disk.
std::string writeBeside(const std::string& path, const std::string& text, mode_t mode) {
    const std::string directory = fs::path(path).parent_path().string();
    const std::string draft = path + "." + std::to_string(::getpid()) + ".new";
    ::unlink(draft.c_str());
    const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) failed("cannot be created", draft);
    try {
        struct stat parent {};
        if (::geteuid() == 0 && (::stat(directory.c_str(), &parent) != 0 || ::fchown(fd, parent.st_uid, parent.st_gid) != 0)) {
            failed("cannot be given to the directory's owner", draft);
        }
        writeAll(fd, text, draft);
        if (::fsync(fd) != 0) failed("cannot be written", draft);
    } catch (const Error&) {
        ::close(fd);
        ::unlink(draft.c_str());
        throw;
    }
    ::close(fd);
    return draft;
}

}  // namespace

std::string socketDirectory(const Paths& paths) {
    if (fitsSocket(paths.run())) return paths.run();
    return shortBase() + "/latchkey-" + shortName(paths.root);
}

void prepareRoot(const Paths& paths, const Account& account) {
    std::error_code error;
    const fs::path root(paths.root);
    fs::create_directories(root.parent_path(), error);
    if (error) throw Error(root.parent_path().string() + ": cannot be created: " + error.message());
    if (::mkdir(root.c_str(), 0700) == 0) {
        if (::geteuid() != 0) return;
        // PostgreSQL's user has to pass through, and no more.
        if (::chown(root.c_str(), 0, account.gid) != 0 || ::chmod(root.c_str(), 0710) != 0) failed("cannot be given its mode", paths.root);
        return;
    }
    if (errno != EEXIST) failed("cannot be created", paths.root);
    struct stat info {};
    if (::stat(root.c_str(), &info) != 0) failed("cannot be examined", paths.root);
    if (!S_ISDIR(info.st_mode)) throw Error(paths.root + ": is not a directory");
    if ((info.st_mode & S_IWOTH) != 0) throw Error(paths.root + ": everybody may write there (chmod o-w), or choose another data directory");
    if (::access(root.c_str(), W_OK | X_OK) != 0) failed("this user may not write there", paths.root);
}

void preparePrivate(const std::string& directory, const Account& account) {
    if (::mkdir(directory.c_str(), 0700) == 0) return giveTo(directory, account);
    if (errno != EEXIST) failed("cannot be created", directory);
    struct stat info {};
    if (::lstat(directory.c_str(), &info) != 0) failed("cannot be examined", directory);
    // A crash between mkdir and chown leaves one that is root's and empty.
    if (S_ISDIR(info.st_mode) && info.st_uid == 0 && ::geteuid() == 0) return giveTo(directory, account);
    if (!S_ISDIR(info.st_mode) || info.st_uid != account.uid || (info.st_mode & 077) != 0) {
        throw Error(directory + ": must be a directory that belongs to " + account.name + " and is open to nobody else (mode 0700): remove it, or mend it");
    }
}

bool writeFile(const std::string& path, const std::string& text, mode_t mode, Existing existing) {
    const std::string draft = writeBeside(path, text, mode);
    const bool keep = existing == Existing::keep;
    const int result = keep ? ::link(draft.c_str(), path.c_str()) : ::rename(draft.c_str(), path.c_str());
    const int error = errno;
    if (keep || result != 0) ::unlink(draft.c_str());
    syncDirectory(fs::path(path).parent_path().string());
    if (result == 0) return true;
    errno = error;
    if (!keep || error != EEXIST) failed("cannot be written", path);
    return false;
}

void giveTo(const std::string& path, const Account& account) {
    if (::geteuid() == 0 && ::lchown(path.c_str(), account.uid, account.gid) != 0) failed("cannot be given to " + account.name, path);
}

}  // namespace latchkey::embedded
