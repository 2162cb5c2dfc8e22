// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"

namespace latchkey::pg {

class Connection;

class PgActivityRepository final : public ActivityRepository {
public:
    explicit PgActivityRepository(Connection& connection) : connection_(connection) {}

    void write(const std::vector<Activity>& activities) override;

private:
    Connection& connection_;
};

}  // namespace latchkey::pg
