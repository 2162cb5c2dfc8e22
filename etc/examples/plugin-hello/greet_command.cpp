// SPDX-License-Identifier: Apache-2.0
#include "greet_command.h"

#include "domain/store.h"
#include "greeter.h"
#include "kernel/services.h"

#include <cstdio>

namespace hello {

int GreetCommand::run(const latchkey::Arguments& arguments, latchkey::Services& services) {
    const Greeter greeter(services.need<latchkey::Store>(), settings_);
    const auto& names = arguments.positionals();
    const auto greeting = names.empty() ? greeter.everybody() : greeter.user(names.front());
    if (!greeting) {
        std::fprintf(stderr, "there is no user `%s`\n", names.front().c_str());
        return 1;
    }
    std::printf("%s\n", greeting->c_str());
    return 0;
}

}  // namespace hello
