// SPDX-License-Identifier: Apache-2.0
#include "kernel/command.h"
#include "kernel/config/section.h"
#include "kernel/metrics.h"
#include "kernel/plugin_abi.h"
#include "kernel/services.h"
#include "plugins/embedded-postgres/cluster.h"
#include "plugins/embedded-postgres/embedded.h"
#include "plugins/embedded-postgres/first_run.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace latchkey::embedded {

/// A PostgreSQL of the server's own. The other plugins see an ordinary `database:` section.
class EmbeddedPostgresPlugin final : public Plugin, private StartupTask, private ReadyListener, private MetricsSource {
public:
    void declare(Declarations& declarations) override {
        declarations.serverOption({.name = "embedded",
                                   .help = "run on a PostgreSQL of its own in DIR, made at the first start (default: " + directoryForHelp() + ")",
                                   .argument = "DIR",
                                   .optionalArgument = true});
    }

    void amend(Amendment& amendment) override {
        const Arguments& arguments = amendment.serverArguments();
        auto config = wanted(amendment.tree(), arguments);
        if (!config) return;
        embedded_.emplace(*config);
        if (config->byOption && !amendment.fileFound()) {
            prepareRoot(embedded_->paths(), embedded_->account());
            amendment.tree().merge(configuration(embedded_->paths(), [&] { return amendment.generateConfiguration(); }));
            configFile_ = embedded_->paths().config();
        }
        conflicting_ = conflicts(amendment.tree());
        if (conflicting_.empty()) pointStorageHere(amendment.tree());
        noteAddress(amendment.tree());
    }

    void configure(const config::Section& root) override { report(root, embedded_.has_value(), conflicting_); }

    void start(Services& services) override {
        if (!embedded_) return;
        embedded_->start();
        services.offer<StartupTask>(*this);
        services.offer<ReadyListener>(*this);
        services.offer<MetricsSource>(*this);
        services.offer<DoctorCheck>(embedded_->doctorCheck());
    }

    void stop() noexcept override {
        if (embedded_) embedded_->stop();
    }

private:
    static std::string directoryForHelp() {
        try {
            return defaultDataDir();
        } catch (const std::exception&) {
            return "none, as there is no home directory";
        }
    }

    void pointStorageHere(config::Tree& tree) {
        // Variables that libpq would prefer to what is set here.
        for (const char* name : {"PGHOSTADDR", "PGSERVICE"}) ::unsetenv(name);
        const std::string source = "embedded-postgres";
        tree.put({"database", "host"}, config::Node::string(embedded_->socketDirectory()), source);
        tree.put({"database", "port"}, config::Node::integer(std::atoi(kPort)), source);
        tree.put({"database", "username"}, config::Node::string(kRole), source);
        tree.put({"database", "database"}, config::Node::string(kDatabase), source);
    }

    void noteAddress(const config::Tree& tree) {
        const config::Node* http = tree.root.find("http");
        const config::Node* base = http == nullptr ? nullptr : http->find("public_base");
        address_ = base == nullptr ? "http://localhost:8080/" : base->scalar;  // without a section the listeners are the default ones
    }

    void collect(MetricsWriter& writer) const override {
        writer.metric("latchkey_embedded_postgres_restarts_total", MetricsWriter::Type::counter, "How often the embedded PostgreSQL ended by itself and was started again.");
        writer.sample("latchkey_embedded_postgres_restarts_total", embedded_->restarts());
    }

    void run(const Arguments&) override { embedded_->claimForServer(); }

    void ready() noexcept override {
        std::printf("Latchkey serves %s on a database of its own in %s\n", address_.c_str(), embedded_->paths().root.c_str());
        if (!configFile_.empty()) std::printf("Configuration: %s (mas-cli --config %s … for commands)\n", configFile_.c_str(), configFile_.c_str());
        std::fflush(stdout);
    }

    std::optional<Embedded> embedded_;
    std::vector<std::string> conflicting_;
    std::string configFile_;
    std::string address_;
};

}  // namespace latchkey::embedded

LATCHKEY_PLUGIN(latchkey::embedded::EmbeddedPostgresPlugin, "embedded-postgres", latchkey::kVersion, "Runs a PostgreSQL of the server's own")
