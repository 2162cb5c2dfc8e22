// SPDX-License-Identifier: Apache-2.0
#include "plugins/homeserver/choice.h"

#include <algorithm>

namespace latchkey::homeserver {

namespace {

std::string offeredNames(const std::vector<HomeserverKind*>& offered) {
    std::string names;
    for (HomeserverKind* each : offered) {
        for (const std::string& kind : each->kinds()) names += (names.empty() ? "" : ", ") + kind;
    }
    return names;
}

[[noreturn]] void refuseUnknown(const std::vector<HomeserverKind*>& offered, const std::string& kind) {
    const std::string names = offeredNames(offered);
    const std::string rest = names.empty() ? "no plugin that is loaded offers any kind of homeserver: enable one (plugins.enabled: homeserver-synapse, homeserver-webhook)"
                                           : "the plugins that are loaded offer: " + names;
    throw Error("matrix.kind: there is no `" + kind.substr(0, 60) + "`; " + rest);
}

}  // namespace

Homeserver& openKind(const std::vector<HomeserverKind*>& offered, const std::string& kind) {
    HomeserverKind* chosen = nullptr;
    for (HomeserverKind* each : offered) {
        const auto kinds = each->kinds();
        if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) continue;
        if (chosen != nullptr) throw Error("matrix.kind: two plugins offer `" + kind + "`, and only one may: leave one out");
        chosen = each;
    }
    if (chosen == nullptr) refuseUnknown(offered, kind);
    return chosen->open(kind);
}

}  // namespace latchkey::homeserver
