// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/time.h"
#include "kernel/export.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace latchkey {

/// Requests that wait for the homeserver, or for the lock of a user whose holder does. Each holds one of the front's few threads
/// meanwhile, so that only some may: a homeserver that never answers must not stop what does not need it. Thread-safe.
class LATCHKEY_API WaitingRoom {
public:
    static constexpr const char* kService = "domain.WaitingRoom/1";
    static constexpr int kSeats = 8;                                ///< half of the front's threads
    static constexpr Duration kPatience = Duration::seconds(10);    ///< how long who has a seat may wait in all
    static constexpr Duration kStandstill = Duration::seconds(1);

    /// Given back when destroyed. Does not outlive the room.
    class LATCHKEY_API Seat {
    public:
        explicit Seat(WaitingRoom& of) : of_(&of) {}
        Seat(Seat&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
        Seat& operator=(Seat&&) = delete;
        ~Seat();

    private:
        WaitingRoom* of_;
    };

    explicit WaitingRoom(int seats = kSeats, Duration standstill = kStandstill) : seats_(seats), standstill_(standstill) {}

    /// Waits for a seat (a LongWait) only while others leave: after `standstill` without that, throws Unavailable at once.
    Seat enter();
    std::optional<Seat> tryEnter();

    int taken() const;
    std::uint64_t turnedAway() const;

private:
    Seat sit();
    std::optional<Seat> freeSeat();
    void leave() noexcept;

    const int seats_;
    const Duration standstill_;
    mutable std::mutex mutex_;
    std::condition_variable left_;
    int taken_ = 0;
    std::int64_t movedAtMs_ = 0;  ///< when somebody last sat down or left
    std::uint64_t turnedAway_ = 0;
};

}  // namespace latchkey
