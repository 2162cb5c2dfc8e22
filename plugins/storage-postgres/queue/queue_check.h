// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/plugin.h"
#include "plugins/storage-postgres/connect_options.h"

namespace latchkey::pg {

class Connection;
struct QueueFacts;

/// `mas-cli doctor` about the queue of jobs: how much there is to do, for how long, who does it, what failed.
class QueueCheck final : public DoctorCheck {
public:
    explicit QueueCheck(const ConnectOptions& options) : options_(options) {}
    std::string name() const override { return "Jobs"; }
    void run(Report& report) override;

private:
    static void depth(Report& report, const QueueFacts& facts);
    static void delays(Report& report, const QueueFacts& facts);
    static void failures(Report& report, Connection& connection);

    const ConnectOptions& options_;
};

}  // namespace latchkey::pg
