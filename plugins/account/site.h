// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/account/account_metrics.h"
#include "plugins/account/settings.h"

namespace latchkey {
class ActivityRecorder;
class Encrypter;
class Events;
class Homeserver;
class Store;
}  // namespace latchkey

namespace latchkey::account {

/// What all pages share. Outlives them; thread-safe.
struct Site {
    const Settings& settings;
    const CurrentTheme& theme;
    Store& store;
    const Encrypter& encrypter;
    AccountMetrics& metrics;
    ActivityRecorder* activity;  ///< nullptr: nobody keeps it
    Homeserver* homeserver = nullptr;  ///< nullptr: no plugin connects it
    Events* events = nullptr;          ///< nullptr: nobody listens; see record.h
};

}  // namespace latchkey::account
