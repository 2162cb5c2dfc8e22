// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"
#include "kernel/plugin.h"

#include <atomic>

namespace latchkey {

/// Blocks TERM, INT and HUP in the calling thread and every thread it starts. First thing in main(), before any thread:
/// one that does not block them would take them with the default action.
LATCHKEY_API void blockSignals();
/// Gives them their default action again; for commands that do not serve.
LATCHKEY_API void unblockSignals();

/// Whether TERM or INT has arrived and waits to be taken: long waits during the start ask this and give up.
LATCHKEY_API bool stopRequested() noexcept;

/// Takes the signals of a serving process, in the main thread.
class LATCHKEY_API Signals final : public ProcessControl {
public:
    enum class Event { stop, reload };
    /// Waits for the next signal.
    Event wait();
    void fail(const std::string& reason) noexcept override;
    bool failed() const noexcept { return failed_; }

private:
    std::atomic<bool> failed_{false};
};

}  // namespace latchkey
