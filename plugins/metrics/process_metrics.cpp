// SPDX-License-Identifier: Apache-2.0
#include "plugins/metrics/process_metrics.h"

#include "kernel/version.h"

#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

namespace latchkey::metrics {

namespace {

using Type = MetricsWriter::Type;

void one(MetricsWriter& writer, const char* name, Type type, const char* help, double value) {
    writer.metric(name, type, help);
    writer.sample(name, value);
}

// The fields of /proc/self/stat after the command's name, which may hold anything.
struct Stat {
    unsigned long long userTicks = 0, systemTicks = 0, threads = 0, startTicks = 0, residentPages = 0, virtualBytes = 0;
};

Stat readStat() {
    Stat stat;
    std::FILE* file = std::fopen("/proc/self/stat", "re");
    if (file == nullptr) return stat;
    char text[1024] = {};
    const std::size_t size = std::fread(text, 1, sizeof text - 1, file);
    std::fclose(file);
    text[size] = '\0';
    const char* rest = std::strrchr(text, ')');
    if (rest == nullptr) return stat;
    std::sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %llu %*d %llu %llu %llu",
                &stat.userTicks, &stat.systemTicks, &stat.threads, &stat.startTicks, &stat.virtualBytes, &stat.residentPages);
    return stat;
}

double bootTime() {
    std::FILE* file = std::fopen("/proc/stat", "re");
    if (file == nullptr) return 0;
    char text[256];
    unsigned long long seconds = 0;
    while (std::fgets(text, sizeof text, file) != nullptr && std::sscanf(text, "btime %llu", &seconds) != 1) {
    }
    std::fclose(file);
    return static_cast<double>(seconds);
}

int openDescriptors() {
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return 0;
    int count = -3;  // ".", "..", and the one that reads
    while (::readdir(directory) != nullptr) ++count;
    ::closedir(directory);
    return count;
}

}  // namespace

void ProcessMetrics::collect(MetricsWriter& writer) const {
    const Stat stat = readStat();
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const double cpuSeconds = static_cast<double>(stat.userTicks + stat.systemTicks) / ticks;
    const double resident = static_cast<double>(stat.residentPages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
    const double threads = static_cast<double>(stat.threads);
    const int descriptors = openDescriptors();
    one(writer, "process_cpu_seconds_total", Type::counter, "User and system CPU time", cpuSeconds);
    one(writer, "process_resident_memory_bytes", Type::gauge, "Resident memory", resident);
    one(writer, "process_virtual_memory_bytes", Type::gauge, "Virtual memory", static_cast<double>(stat.virtualBytes));
    one(writer, "process_threads", Type::gauge, "Threads", threads);
    one(writer, "process_open_fds", Type::gauge, "Open file descriptors", descriptors);
    // The same under the names that MAS has for them.
    one(writer, "process_cpu_time_seconds_total", Type::counter, "User and system CPU time", cpuSeconds);
    one(writer, "process_memory_usage_bytes", Type::gauge, "Resident memory", resident);
    one(writer, "process_memory_virtual_bytes", Type::gauge, "Virtual memory", static_cast<double>(stat.virtualBytes));
    one(writer, "process_thread_count", Type::gauge, "Threads", threads);
    one(writer, "process_open_file_descriptor_count", Type::gauge, "Open file descriptors", descriptors);
    one(writer, "process_max_fds", Type::gauge, "The limit of open file descriptors", static_cast<double>(limit.rlim_cur));
    one(writer, "process_start_time_seconds", Type::gauge, "Start of the process, Unix time", bootTime() + static_cast<double>(stat.startTicks) / ticks);
    writer.metric("latchkey_build_info", Type::gauge, "The version that runs");
    writer.sample("latchkey_build_info", 1, {{"version", kVersion}});
}

}  // namespace latchkey::metrics
