// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"
#include "domain/waiting_room.h"
#include "kernel/metrics.h"
#include "plugins/homeserver/circuit.h"
#include "plugins/homeserver/figures.h"

namespace latchkey::homeserver {

/// What is the same for every kind of homeserver: calls fail at once while it is away, are counted and logged; device names are cut;
/// a localpart that no homeserver takes is not asked about; requests that wait for it are bounded in number and time.
class GuardedHomeserver final : public Homeserver, public MetricsSource {
public:
    static constexpr std::size_t kLongestDeviceName = 100;  ///< characters

    explicit GuardedHomeserver(Homeserver& inner, Circuit::Options circuit = {}, int seats = WaitingRoom::kSeats);
    /// For who holds a user's lock across a call, and so takes a seat before the lock.
    WaitingRoom& room() noexcept { return room_; }

    HomeserverCapabilities capabilities() const override { return inner_.capabilities(); }
    void ping(const HomeserverCall& call) override;
    std::optional<HomeserverUser> findUser(std::string_view localpart, const HomeserverCall& call) override;
    LocalpartAvailability availability(std::string_view localpart, const HomeserverCall& call) override;
    bool provisionUser(const UserProvision& user, const HomeserverCall& call) override;
    void deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) override;
    void reactivateUser(std::string_view localpart, const HomeserverCall& call) override;
    void setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) override;
    void upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) override;
    void setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) override;
    void deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) override;
    void syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) override;
    void allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) override;

    void collect(MetricsWriter& writer) const override;

private:
    template <typename Call>
    auto guarded(const char* name, Call&& call, bool cosmetic = false) -> decltype(call());
    template <typename Call>
    auto seated(const char* name, const HomeserverCall& asked, Call&& call) -> decltype(call(asked));
    void failed(const char* name, const HomeserverError& error, std::int64_t beganMs);
    void missed(const char* name, const HomeserverError& error, std::int64_t beganMs);
    void noteSuccess(const char* name, std::int64_t beganMs);

    Homeserver& inner_;
    Circuit circuit_;
    Figures figures_;
    WaitingRoom room_;
};

/// The first `count` characters of UTF-8.
std::string firstCharacters(std::string_view text, std::size_t count);

}  // namespace latchkey::homeserver
