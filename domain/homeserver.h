// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/error.h"
#include "kernel/export.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

struct User;

/// The homeserver did not do what it was asked to. what() is for the log: the call, the status, the homeserver's own words, and
/// what to look at. Whether asking again may help stands in reason().
class LATCHKEY_API HomeserverError : public Error {
public:
    enum class Reason {
        unreachable,   ///< no connection, no answer in time, or too many failures just before (the circuit is open)
        unauthorized,  ///< it does not accept our secret, or does not offer the interface
        notFound,      ///< it knows no such user (or device)
        refused,       ///< any other 4xx: asking again will not help
        failed,        ///< 5xx, or an answer that makes no sense
        unsupported,   ///< this homeserver, or this way of talking to it (`synapse_read_only`), cannot do that
    };
    HomeserverError(const std::string& message, Reason reason, std::string errcode = {});
    ~HomeserverError() override;
    Reason reason() const noexcept { return reason_; }
    const std::string& errcode() const noexcept { return errcode_; }  ///< the Matrix error code of the answer; may be empty

private:
    Reason reason_;
    std::string errcode_;
};

/// How one call is made. Calls that change something may be repeated: all of them are idempotent at the homeserver.
struct HomeserverCall {
    std::int64_t timeoutMs = 30'000;  ///< all of it, retries included
    /// Equal for all repetitions within a call, and for all calls of one run of a job (its id): lets a homeserver that keeps such keys
    /// recognise them.
    std::string idempotencyKey = {};
    /// Only makes a page nicer: that it was not answered in time says nothing of the homeserver, which is asked on.
    bool cosmetic = false;
};

struct HomeserverUser {
    std::string userId;  ///< `@localpart:server`
    std::optional<std::string> displayName;
    std::optional<std::string> avatarUrl;
    bool suspended = false;
    bool deactivated = false;
};

/// A profile member: leave as it is, remove, or set.
struct ProfileChange {
    enum class Kind { keep, unset, set };
    Kind kind = Kind::keep;
    std::string value;
};

/// Creates the user, or brings an existing one in line.
struct UserProvision {
    std::string localpart;
    ProfileChange displayName;
    ProfileChange avatarUrl;
    std::optional<std::vector<std::string>> emails;  ///< the whole list, replacing the homeserver's; nothing: leave as it is
    bool locked = false;
    /// The user's id here, which homeservers of old kinds (`synapse_legacy`) keep; empty: not said.
    std::string subject = {};
};

enum class LocalpartAvailability { available, taken, invalid, reserved };

/// What of this interface a homeserver can do; the rest throws Reason::unsupported.
struct HomeserverCapabilities {
    bool writes = true;                ///< anything that changes the homeserver
    bool crossSigningReset = true;
};

/// The homeserver whose log-ins this service handles. Thread-safe; every call may take seconds. Never call it with a unit of work
/// open. Users are named by localpart, never by a full Matrix id. Throws HomeserverError.
class LATCHKEY_API Homeserver {
public:
    static constexpr const char* kService = "domain.Homeserver/1";
    virtual ~Homeserver();

    virtual HomeserverCapabilities capabilities() const = 0;
    /// Asks for something small that only works if the address, the interface and the secret are right.
    virtual void ping(const HomeserverCall& call) = 0;

    /// Nothing if there is no such user.
    virtual std::optional<HomeserverUser> findUser(std::string_view localpart, const HomeserverCall& call) = 0;
    virtual LocalpartAvailability availability(std::string_view localpart, const HomeserverCall& call) = 0;
    /// Whether the user is new.
    virtual bool provisionUser(const UserProvision& user, const HomeserverCall& call) = 0;
    virtual void deleteUser(std::string_view localpart, bool erase, const HomeserverCall& call) = 0;
    virtual void reactivateUser(std::string_view localpart, const HomeserverCall& call) = 0;
    /// Nothing, or an empty one: unset.
    virtual void setDisplayName(std::string_view localpart, const std::optional<std::string>& name, const HomeserverCall& call) = 0;

    /// Creates the device if it is not there. The name overwrites one that is; without a name that one is kept. Cut to the
    /// length that homeservers accept (100 characters).
    virtual void upsertDevice(std::string_view localpart, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call) = 0;
    virtual void setDeviceName(std::string_view localpart, std::string_view deviceId, std::string_view name, const HomeserverCall& call) = 0;
    /// Also fine for a device that is not there.
    virtual void deleteDevice(std::string_view localpart, std::string_view deviceId, const HomeserverCall& call) = 0;
    /// Makes this the whole set: others go, missing ones come.
    virtual void syncDevices(std::string_view localpart, const std::vector<std::string>& deviceIds, const HomeserverCall& call) = 0;

    /// Lets the user's next upload of cross-signing keys pass, for a few minutes.
    virtual void allowCrossSigningReset(std::string_view localpart, const HomeserverCall& call) = 0;
};

/// upsertDevice of a user whom the homeserver may not know yet, because the job that tells it of new users has not run: then the user is
/// made first. The profile is left to that job.
LATCHKEY_API void upsertDeviceOf(Homeserver& homeserver, const User& user, std::string_view deviceId, const std::optional<std::string>& name, const HomeserverCall& call);

/// One value (or several) of `matrix.kind`. Plugins offer these while they start; the plugin `homeserver` picks the configured one
/// and offers it as Homeserver.
class LATCHKEY_API HomeserverKind {
public:
    static constexpr const char* kService = "domain.HomeserverKind/1";
    virtual ~HomeserverKind();
    virtual std::vector<std::string> kinds() const = 0;
    /// Called at most once, with one of kinds(). The result lives as long as the plugin.
    virtual Homeserver& open(std::string_view kind) = 0;
};

}  // namespace latchkey
