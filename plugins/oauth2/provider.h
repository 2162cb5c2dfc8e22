// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/activity.h"
#include "domain/event_sink.h"
#include "domain/policy/policy.h"
#include "plugins/oauth2/client_authentication.h"
#include "plugins/oauth2/device_authorization.h"
#include "plugins/oauth2/devices.h"
#include "plugins/oauth2/failure_guard.h"
#include "plugins/oauth2/id_token.h"
#include "plugins/oauth2/introspection.h"
#include "plugins/oauth2/key_endpoint.h"
#include "plugins/oauth2/oauth_metrics.h"
#include "plugins/oauth2/pushed_authorization.h"
#include "plugins/oauth2/registration/registration.h"
#include "plugins/oauth2/registration/registration_management.h"
#include "plugins/oauth2/revocation.h"
#include "plugins/oauth2/settings.h"
#include "plugins/oauth2/token_endpoint.h"
#include "plugins/oauth2/userinfo.h"

namespace latchkey::oauth2 {

/// What the provider stands on.
struct Neighbours {
    Store& store;
    const Encrypter& encrypter;
    const jose::KeyStore& keys;
    Policy& policy;
    RateLimiter& limiter;
    ActivityRecorder& activity;
    KeysAtUri keysAtUri;
    Homeserver* homeserver = nullptr;  ///< without it no devices are made; with it userLocks must be there
    UserLocks* userLocks = nullptr;
    WaitingRoom* room = nullptr;       ///< see Devices
    Events* events = nullptr;  ///< nullptr: nobody listens
};

/// All endpoints of the resource `oauth`, made and held together.
class Provider {
public:
    Provider(const Settings& settings, const Neighbours& neighbours);
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;

    OAuthMetrics metrics;
    FailureGuard guard;
    ClientAuthentication clients;
    IdTokens idTokens;
    Devices devices;
    TokenEndpoint token;
    Introspection introspection;
    Revocation revocation;
    UserInfo userinfo;
    KeyEndpoint keys;
    DeviceAuthorization device;
    PushedAuthorization par;
    Registrar registrar;
    Registration registration;
    RegistrationManagement management;
};

}  // namespace latchkey::oauth2
