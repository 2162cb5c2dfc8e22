// SPDX-License-Identifier: Apache-2.0
#include "kernel/long_wait.h"

namespace latchkey {

namespace {
thread_local LongWaits* listening = nullptr;
}  // namespace

LongWaits::~LongWaits() = default;

void LongWaits::ofThisThread(LongWaits* listener) noexcept { listening = listener; }

LongWait::LongWait() noexcept : told_(listening) {
    if (told_ != nullptr) told_->begin();
}

LongWait::~LongWait() {
    if (told_ != nullptr) told_->end();
}

}  // namespace latchkey
