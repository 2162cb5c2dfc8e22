// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/policy/policy.h"

#include <Poco/JSON/Object.h>

namespace latchkey::opa {

/// What a policy is given, in the reference's words. A client's secret is never in it, encrypted or not.
Poco::JSON::Object::Ptr inputOf(const GrantRequest& request);
Poco::JSON::Object::Ptr inputOf(const RegistrationRequest& request);
Poco::JSON::Object::Ptr inputOf(const EmailRequest& request);
Poco::JSON::Object::Ptr inputOf(const ClientRegistrationRequest& request);
Poco::JSON::Object::Ptr inputOf(const CompatLoginRequest& request);
/// Latchkey's own: the reference has no such question.
Poco::JSON::Object::Ptr inputOf(const PersonalTokenRequest& request);

}  // namespace latchkey::opa
