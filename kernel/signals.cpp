// SPDX-License-Identifier: Apache-2.0
#include "kernel/signals.h"

#include "kernel/log.h"

#include <csignal>
#include <unistd.h>

namespace latchkey {

namespace {

sigset_t handled() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

void blockSignals() {
    const sigset_t set = handled();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);  // a peer that hung up is an error of one write, not the end of the process
}

void unblockSignals() {
    const sigset_t set = handled();
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::signal(signal, SIG_DFL);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool stopRequested() noexcept {
    sigset_t pending;
    sigemptyset(&pending);
    ::sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

Signals::Event Signals::wait() {
    const sigset_t set = handled();
    int signal = 0;
    while (::sigwait(&set, &signal) != 0) {
    }
    return signal == SIGHUP ? Event::reload : Event::stop;
}

void Signals::fail(const std::string& reason) noexcept {
    failed_ = true;
    log::Logger("kernel").error("server.failed", reason);
    ::kill(::getpid(), SIGTERM);
}

}  // namespace latchkey
