// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/circuit.h"

#include "kernel/deadline.h"

namespace latchkey::homeserver {

namespace {

Circuit::Options withClock(Circuit::Options options) {
    if (!options.now) options.now = monotonicMs;
    return options;
}

}  // namespace

Circuit::Circuit(Options options) : options_(withClock(std::move(options))) {}

bool Circuit::admit() {
    const std::lock_guard lock(mutex_);
    if (!open_) return true;
    if (probing_ || options_.now() < probeAtMs_) return false;
    probing_ = true;
    return true;
}

Circuit::Change Circuit::succeeded() {
    const std::lock_guard lock(mutex_);
    inRow_ = 0;
    probing_ = false;
    if (!open_) return Change::none;
    open_ = false;
    return Change::closed;
}

Circuit::Change Circuit::failed() {
    const std::lock_guard lock(mutex_);
    const bool probe = probing_;
    probing_ = false;
    ++inRow_;
    if (open_ && !probe) return Change::none;  // began before it opened
    if (!open_ && inRow_ < options_.failures) return Change::none;
    probeAtMs_ = options_.now() + options_.openMs;
    if (open_) return Change::none;
    open_ = true;
    return Change::opened;
}

void Circuit::abandoned() {
    const std::lock_guard lock(mutex_);
    probing_ = false;
}

bool Circuit::open() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

}  // namespace latchkey::homeserver
