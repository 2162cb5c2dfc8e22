// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"
#include "plugins/http/api/problem.h"
#include "plugins/http/api/routes.h"

#include <string_view>

namespace latchkey::http {

/// One *resource* that a listener can name (`resources: [{name: health}]`): a protocol's URLs and the form of its errors.
/// Handlers run on several threads at once.
class LATCHKEY_API Surface {
public:
    static constexpr const char* kService = "http.Surface/1";
    virtual ~Surface();
    virtual std::string_view resource() const = 0;
    /// Called once, while the front starts. The handlers must stay callable until the front has stopped.
    virtual void mount(Routes& routes) = 0;
    /// This protocol's form of an error that no handler answered (404 below its paths excepted). Default: plain text.
    virtual Response renderProblem(const Problem& problem) const;
    /// Whether people see its answers in a browser. Its form of errors is then also for paths that nobody on the listener has, and for methods
    /// that its own paths do not know.
    virtual bool hasPages() const;
};

}  // namespace latchkey::http
