// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::manage {

/// Somebody to talk with.
class Terminal {
public:
    virtual ~Terminal() = default;
    virtual void say(std::string_view text) = 0;
    /// What was typed after `prompt`; nothing if the input has ended.
    virtual std::optional<std::string> ask(std::string_view prompt) = 0;
    /// The same, not shown while it is typed.
    virtual std::optional<std::string> askSecret(std::string_view prompt) = 0;
};

/// Standard input and output.
class StandardTerminal final : public Terminal {
public:
    /// Whether somebody sits there.
    static bool present();
    void say(std::string_view text) override;
    std::optional<std::string> ask(std::string_view prompt) override;
    std::optional<std::string> askSecret(std::string_view prompt) override;
};

}  // namespace latchkey::manage
