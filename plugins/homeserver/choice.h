// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/homeserver.h"

#include <string>
#include <vector>

namespace latchkey::homeserver {

/// Opens the kind of this name. Throws Error that names those that are offered, or says which two plugins' kinds collide.
Homeserver& openKind(const std::vector<HomeserverKind*>& offered, const std::string& kind);

/// Stands in for a homeserver that cannot be used, so that commands that need none still run: each call is refused with the reason.
class UnusableHomeserver final : public Homeserver {
public:
    explicit UnusableHomeserver(std::string reason) : reason_(std::move(reason)) {}
    const std::string& reason() const noexcept { return reason_; }

    HomeserverCapabilities capabilities() const override { return {.writes = false, .crossSigningReset = false}; }
    void ping(const HomeserverCall&) override { refuse(); }
    std::optional<HomeserverUser> findUser(std::string_view, const HomeserverCall&) override { refuse(); }
    LocalpartAvailability availability(std::string_view, const HomeserverCall&) override { refuse(); }
    bool provisionUser(const UserProvision&, const HomeserverCall&) override { refuse(); }
    void deleteUser(std::string_view, bool, const HomeserverCall&) override { refuse(); }
    void reactivateUser(std::string_view, const HomeserverCall&) override { refuse(); }
    void setDisplayName(std::string_view, const std::optional<std::string>&, const HomeserverCall&) override { refuse(); }
    void upsertDevice(std::string_view, std::string_view, const std::optional<std::string>&, const HomeserverCall&) override { refuse(); }
    void setDeviceName(std::string_view, std::string_view, std::string_view, const HomeserverCall&) override { refuse(); }
    void deleteDevice(std::string_view, std::string_view, const HomeserverCall&) override { refuse(); }
    void syncDevices(std::string_view, const std::vector<std::string>&, const HomeserverCall&) override { refuse(); }
    void allowCrossSigningReset(std::string_view, const HomeserverCall&) override { refuse(); }

private:
    [[noreturn]] void refuse() const { throw HomeserverError(reason_, HomeserverError::Reason::unsupported); }
    const std::string reason_;
};

}  // namespace latchkey::homeserver
