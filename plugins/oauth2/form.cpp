// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/form.h"

#include "plugins/oauth2/oauth_error.h"

namespace latchkey::oauth2 {

Form Form::parse(const http::Request& request) {
    if (request.mediaType() != "application/x-www-form-urlencoded") throw invalidRequest("the body must be application/x-www-form-urlencoded");
    auto parameters = http::Parameters::parse(request.body);
    if (!parameters) throw invalidRequest("the body is not well-formed application/x-www-form-urlencoded");
    Form form;
    form.parameters_ = std::move(*parameters);
    for (const auto& [name, value] : form.parameters_.items()) {
        if (form.parameters_.count(name) > 1) throw invalidRequest("a parameter is there more than once");
    }
    return form;
}

std::optional<std::string> Form::optional(std::string_view name) const {
    const auto value = parameters_.get(name);
    return value && !value->empty() ? std::optional<std::string>(*value) : std::nullopt;
}

std::string Form::required(std::string_view name) const {
    auto value = optional(name);
    if (!value) throw invalidRequest("the parameter " + std::string(name) + " is missing");
    return std::move(*value);
}

}  // namespace latchkey::oauth2
