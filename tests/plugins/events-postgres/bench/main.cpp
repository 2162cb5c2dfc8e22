// SPDX-License-Identifier: Apache-2.0
//
// bench-events [CONNINFO]: what an event costs, in microseconds of CPU: of the thread that tells of it, and of the whole process. With
// CONNINFO of a migrated database also what the sink events-postgres adds. Log lines go to standard error: send it to a file.
#include "domain/clock.h"
#include "domain/user/user.h"
#include "plugins/events-log/log_sink.h"
#include "plugins/events-postgres/archive_sink.h"
#include "plugins/events/dispatcher.h"
#include "plugins/storage-postgres/events/event_archive.h"
#include "plugins/storage-postgres/pool.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <thread>

using namespace latchkey;

namespace {

constexpr int kEvents = 50'000;

double cpu(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void fill(Event& event, const User& user) {
    event.via = "account";
    event.ip = "192.0.2.7";
    event.userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    event.method = "password";
    event.about(user);
    event.session(SessionKind::browser, user.id);
}

// As many as the queue takes at once, then a pause, as it is with requests.
void measure(const char* name, const std::vector<EventSink*>& sinks) {
    events::Dispatcher dispatcher(sinks, false);
    const Instant now = currentTime();
    const User user{.id = newId(now), .username = "alice", .createdAt = now, .lockedAt = {}, .deactivatedAt = {}};
    double emitting = 0;
    const double before = cpu(CLOCK_PROCESS_CPUTIME_ID);
    for (int done = 0; done < kEvents; done += 1'000) {
        const double begin = cpu(CLOCK_THREAD_CPUTIME_ID);
        for (int i = 0; i < 1'000; ++i) emit(sinks.empty() ? nullptr : &dispatcher, EventKind::loginSucceeded, [&](Event& event) { fill(event, user); });
        emitting += cpu(CLOCK_THREAD_CPUTIME_ID) - begin;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    dispatcher.stop();
    std::printf("%-20s %6.2f us in the request, %6.2f us in all\n", name, emitting / kEvents, (cpu(CLOCK_PROCESS_CPUTIME_ID) - before) / kEvents);
}

}  // namespace

int main(int argc, char** argv) {
    events_log::LogSink log;
    measure("nobody listens", {});
    measure("log", {&log});
    if (argc < 2) return 0;
    pg::Pool pool(pg::ConnectOptions::parse(argv[1]), {});
    pg::PgEventArchive archive(pool);
    events_postgres::ArchiveSink postgres(archive);
    measure("postgres", {&postgres});
    measure("log and postgres", {&log, &postgres});
    return 0;
}
