// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/rate_limiter.h"

#include <array>

namespace latchkey::config {
class Section;
}

namespace latchkey::limits {

/// The section `rate_limiting`. Each limit is `{burst: N, per_second: R}`, written whole.
///
/// | key                                         | burst | one each | counted for        | when                                    |
/// | login.per_ip                                |     3 |   20 s   | IP address         | a password is checked                   |
/// | login.per_account                           |  1800 |    2 s   | user               | a password is checked                   |
/// | registration                                |     3 |   20 min | IP address         | somebody registers                      |
/// | account_recovery.per_ip                     |     3 |   20 min | IP address         | recovery begins, or mail is sent again  |
/// | account_recovery.per_address                |     3 |    1 h   | e-mail address     | the same                                |
/// | email_authentication.per_ip                 |     5 |    1 min | IP address         | a code is sent                          |
/// | email_authentication.per_address            |     3 |    1 h   | e-mail address     | the same                                |
/// | email_authentication.emails_per_session     |     2 |    5 min | authentication     | the same                                |
/// | email_authentication.attempt_per_session    |    10 |    1 min | authentication     | a code is entered                       |
/// | user_code (our own, like all below)         |    10 |    1 min | IP address         | a device's user code is entered         |
/// | registration_token                          |    10 |    1 min | IP address         | a registration token is entered         |
/// | client_secret.per_ip                        |    20 |   10 s   | IP address         | a client's secret was wrong             |
/// | client_secret.per_client                    |   100 |   10 s   | client             | a client's secret was wrong             |
/// | client_registration                         |    30 |    1 min | IP address         | a client registers itself               |
/// | registration_check                          |   100 |    2 s   | IP address         | a name or password is tried out         |
///
/// A user code has 6 characters of 36 and lives 20 minutes: one address has 30 guesses at 2,000 million in that time.
struct LimitsConfig {
    static constexpr std::size_t kBuckets = 15;

    std::array<RateLimit, kBuckets> limits;

    const RateLimit& of(RateLimiter::Bucket bucket) const { return limits.at(static_cast<std::size_t>(bucket)); }
    static LimitsConfig parse(const config::Section& root);
};

}  // namespace latchkey::limits
