// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/oauth2/device_code_grant_repository.h"

namespace latchkey::pg {

class Connection;

class PgDeviceCodeGrantRepository final : public DeviceCodeGrantRepository {
public:
    explicit PgDeviceCodeGrantRepository(Connection& connection) : connection_(connection) {}

    void add(const DeviceCodeGrant& grant, std::string_view deviceCode, std::string_view userCode) override;
    std::optional<DeviceCodeGrant> find(const Ulid& id) override;
    std::optional<DeviceCodeGrant> findByDeviceCode(std::string_view deviceCode) override;
    std::optional<DeviceCodeGrant> findByUserCode(std::string_view userCode) override;
    bool fulfil(const Ulid& id, const Ulid& browserSessionId, const DeviceApproval& approval, Instant now) override;
    bool reject(const Ulid& id, const Ulid& browserSessionId, Instant now) override;
    bool exchange(const Ulid& id, const Ulid& sessionId, Instant now) override;
    bool poll(const Ulid& id, Duration interval, Instant now) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
