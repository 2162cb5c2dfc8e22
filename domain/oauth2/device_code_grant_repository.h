// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/device_code_grant.h"
#include "kernel/export.h"

#include <string_view>

namespace latchkey {

class LATCHKEY_API DeviceCodeGrantRepository {
public:
    virtual ~DeviceCodeGrantRepository();

    /// Throws Conflict if the user code is in use; the unit of work stays usable then.
    virtual void add(const DeviceCodeGrant& grant, std::string_view deviceCode, std::string_view userCode) = 0;
    virtual std::optional<DeviceCodeGrant> find(const Ulid& id) = 0;
    virtual std::optional<DeviceCodeGrant> findByDeviceCode(std::string_view deviceCode) = 0;
    virtual std::optional<DeviceCodeGrant> findByUserCode(std::string_view userCode) = 0;  ///< upper case
    // False, and nothing changed, unless the grant is in the state that the change begins with (and has not expired).
    virtual bool fulfil(const Ulid& id, const Ulid& browserSessionId, const DeviceApproval& approval, Instant now) = 0;
    virtual bool reject(const Ulid& id, const Ulid& browserSessionId, Instant now) = 0;
    virtual bool exchange(const Ulid& id, const Ulid& sessionId, Instant now) = 0;
    /// Notes a poll and tells whether the one before was at least `interval` ago (RFC 8628 §3.5, slow_down).
    virtual bool poll(const Ulid& id, Duration interval, Instant now) = 0;
};

}  // namespace latchkey
