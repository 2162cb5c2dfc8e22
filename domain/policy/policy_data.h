// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/id.h"
#include "domain/time.h"
#include "kernel/error.h"
#include "kernel/export.h"

#include <optional>
#include <string>

namespace latchkey {

/// Data for the policy that an administrator set at run time: one version of it. Policies read the newest.
struct PolicyData {
    Ulid id;
    Instant createdAt;
    std::string data;  ///< JSON text; an object, unless somebody wrote to the database by hand
};

class LATCHKEY_API PolicyDataRepository {
public:
    virtual ~PolicyDataRepository();
    /// The one with the greatest id.
    virtual std::optional<PolicyData> newest() = 0;
    virtual void add(const PolicyData& version) = 0;
};

/// Two layers of a policy's data do not go together, or one is not what it should be.
class LATCHKEY_API PolicyDataError : public Error {
public:
    using Error::Error;
    ~PolicyDataError() override;
};

/// Puts one layer of data (JSON text) over another: objects merge key by key, arrays are concatenated, scalars of one kind are
/// replaced, null replaces and is replaced. Throws PolicyDataError for other combinations, with the path, and for text that is
/// no JSON.
LATCHKEY_API std::string mergePolicyData(const std::string& below, const std::string& above);

}  // namespace latchkey
