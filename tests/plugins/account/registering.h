// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/plugins/account/browser.h"

namespace latchkey::account {

using FormFields = std::vector<std::pair<std::string, std::string>>;

/// A browser whose person registers, where that is on.
class Registering : public Browser {
public:
    explicit Registering(contract::World& world_) : Browser(world_) {
        settings.registration.enabled = true;
        settings.registration.emailRequired = false;
    }

    static FormFields filledIn(const std::string& name = "alice") { return {{"username", name}, {"password", "a good one"}, {"password_confirm", "a good one"}}; }

    /// The form, sent; the answer.
    http::Response begin(const FormFields& fields = filledIn(), const std::string& query = "") {
        get("/register/password" + query);
        const auto answer = post("/register/password" + query, fields);
        const std::string location = header("Location", answer);
        const std::size_t at = location.find("/register/steps/");
        if (at != std::string::npos) id = location.substr(at + 16, 26);
        return answer;
    }
    http::Response beginWithEmail(const std::string& email = "alice@example.org", const std::string& name = "alice") {
        settings.registration.emailRequired = true;
        FormFields fields = filledIn(name);
        fields.emplace_back("email", email);
        return begin(fields);
    }
    std::string step(const std::string& name) const { return "/register/steps/" + id + "/" + name; }
    /// Where /finish leads.
    std::string next() { return header("Location", get(step("finish"))); }
    http::Response take(const std::string& name, const FormFields& fields) {
        get(step(name));
        return post(step(name), fields);
    }
    /// A code that was mailed for this registration, as the job would have written it.
    void mail(const std::string& code, const std::string& age = "0 s") {
        world.sql("INSERT INTO user_email_authentication_codes SELECT gen_random_uuid(), user_email_authentication_id, '" + code + "', now() - interval '" + age + "', now() + interval '5 min' - interval '" + age +
                  "' FROM user_email_authentications WHERE user_registration_id = '" + Ulid::parse(id)->uuid() + "'");
    }

    std::string id;
};

}  // namespace latchkey::account
