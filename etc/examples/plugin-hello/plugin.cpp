// SPDX-License-Identifier: Apache-2.0
//
// The one file that knows the host: it takes services, offers some, and gives everything else plain references.
#include "domain/store.h"
#include "greet_command.h"
#include "greeter.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/http/api/surface.h"

namespace hello {

namespace http = latchkey::http;

/// Command `hello greet`, resource `hello`, and a part of `mas-cli doctor`.
class HelloPlugin final : public latchkey::Plugin, private http::Surface, private latchkey::DoctorCheck {
public:
    void declare(latchkey::Declarations& declarations) override { declarations.command(greetCommand_); }

    void configure(const latchkey::config::Section& root) override { settings_ = Settings::parse(root); }

    void start(latchkey::Services& services) override {
        store_ = &services.need<latchkey::Store>();
        greeter_.emplace(*store_, settings_);
        services.offer<http::Surface>(*this);
        services.offer<latchkey::DoctorCheck>(*this);
    }

private:
    // A listener that names the resource `hello` gets these routes. Handlers run on several threads at once; what one throws
    // becomes an answer (an Unavailable: 503 with Retry-After), and its text stays in the log.
    std::string_view resource() const override { return "hello"; }
    void mount(http::Routes& routes) override {
        routes.get("/hello", [this](const http::Request&) { return http::text(200, greeter_->everybody() + "\n"); });
        routes.get("/hello/{name}", [this](const http::Request& request) { return greet(request.parameter("name")); });
    }
    http::Response greet(std::string_view name) const {
        const auto greeting = greeter_->user(name);
        return greeting ? http::text(200, *greeting + "\n") : http::text(404, "There is nobody of that name.\n");
    }

    // Asked by `mas-cli doctor` if the plugin is in the group base.
    std::string name() const override { return "hello"; }
    void run(Report& report) override {
        store_->ping();
        report.ok("there is a database to find users in");
        if (settings_.loud) report.warn("every greeting is loud", "set hello.loud to false");
    }

    Settings settings_;
    GreetCommand greetCommand_{settings_};
    latchkey::Store* store_ = nullptr;
    std::optional<Greeter> greeter_;
};

}  // namespace hello

LATCHKEY_PLUGIN(hello::HelloPlugin, "hello", "1.0", "Greets: an example to start from")
