// SPDX-License-Identifier: Apache-2.0
#include "kernel/services.h"

#include "kernel/error.h"

namespace latchkey {

void Services::offerRaw(std::string_view service, void* object) {
    if (frozen_) throw PluginError("the service " + std::string(service) + " was offered after the start phase");
    entries_.push_back({service, object, offering_});
}

std::vector<void*> Services::allRaw(std::string_view service) const {
    std::vector<void*> found;
    for (const Entry& entry : entries_) {
        if (entry.service == service) found.push_back(entry.object);
    }
    return found;
}

void* Services::findRaw(std::string_view service) const {
    const Entry* found = nullptr;
    for (const Entry& entry : entries_) {
        if (entry.service != service) continue;
        if (found != nullptr) {
            throw PluginError("both plugin " + found->plugin + " and plugin " + entry.plugin + " offer " + std::string(service) +
                              ", and only one may: leave one out under plugins.enabled");
        }
        found = &entry;
    }
    return found == nullptr ? nullptr : found->object;
}

void* Services::needRaw(std::string_view service) const {
    if (void* found = findRaw(service)) return found;
    const std::string who = offering_.empty() ? std::string("a plugin") : "plugin " + offering_;
    throw PluginError(who + " needs " + std::string(service) + ", and no plugin started before it offers that");
}

std::vector<Services::Offer> Services::offers() const {
    std::vector<Offer> list;
    for (const Entry& entry : entries_) list.push_back({std::string(entry.service), entry.plugin});
    return list;
}

}  // namespace latchkey
