// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// What plugins offer each other. An interface is a class with
///     static constexpr std::string_view kService = "domain.Store/1";      // name and version of the interface
/// Filled while plugins start, frozen afterwards; look-ups then need no lock. Only a plugin's plugin.cpp sees this class:
/// everything else receives plain references from it.
class LATCHKEY_API Services {
public:
    /// The object must outlive the plugin's stop(). Throws PluginError after the start phase.
    template <typename T>
    void offer(T& service) {
        offerRaw(T::kService, &service);
    }

    /// The one service of this kind. Throws PluginError if nobody, or more than one plugin, offers it.
    template <typename T>
    T& need() const {
        return *static_cast<T*>(needRaw(T::kService));
    }

    /// The one service of this kind, or nullptr. Throws PluginError if several are offered.
    template <typename T>
    T* find() const {
        return static_cast<T*>(findRaw(T::kService));
    }

    /// All services of this kind, in the order of their plugins' start.
    template <typename T>
    std::vector<T*> all() const {
        std::vector<T*> found;
        for (void* each : allRaw(T::kService)) found.push_back(static_cast<T*>(each));
        return found;
    }

    struct Offer {
        std::string service;
        std::string plugin;
    };
    std::vector<Offer> offers() const;

private:
    friend class PluginHost;
    struct Entry {
        std::string_view service;
        void* object;
        std::string plugin;
    };
    void offerRaw(std::string_view service, void* object);
    void* needRaw(std::string_view service) const;
    void* findRaw(std::string_view service) const;
    std::vector<void*> allRaw(std::string_view service) const;

    std::vector<Entry> entries_;
    std::string offering_;  // the plugin whose start() runs now
    bool frozen_ = false;
};

}  // namespace latchkey
