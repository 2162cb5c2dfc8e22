// SPDX-License-Identifier: Apache-2.0
#include "kernel/commands/commands.h"
#include "kernel/plugin.h"
#include "kernel/services.h"

#include <cstdio>

namespace latchkey {

namespace {

class PrintedReport final : public DoctorCheck::Report {
public:
    void ok(const std::string& what) override { std::printf("  ok    %s\n", what.c_str()); }
    void warn(const std::string& what, const std::string& cure) override {
        ++warnings;
        std::printf("  warn  %s\n        → %s\n", what.c_str(), cure.c_str());
    }
    void fail(const std::string& what, const std::string& cure) override {
        ++failures;
        std::printf("  FAIL  %s\n        → %s\n", what.c_str(), cure.c_str());
    }
    int warnings = 0;
    int failures = 0;
};

class Doctor final : public Command {
public:
    std::string path() const override { return "doctor"; }
    std::string summary() const override { return "Examine the deployment and name a cure for whatever is wrong"; }
    Needs needs() const override { return Needs::base; }
    std::vector<OptionSpec> options() const override {
        return {{.name = "strict", .help = "exit with 1 if a check failed (default: 0, as the reference does)"}};
    }
    int run(const Arguments& arguments, Services& services) override {
        PrintedReport report;
        for (DoctorCheck* check : services.all<DoctorCheck>()) {
            std::printf("%s\n", check->name().c_str());
            examine(*check, report);
        }
        std::printf("\n%d failed, %d warnings\n", report.failures, report.warnings);
        return arguments.has("strict") && report.failures > 0 ? 1 : 0;
    }

private:
    static void examine(DoctorCheck& check, DoctorCheck::Report& report) {
        try {
            check.run(report);
        } catch (const std::exception& error) {
            report.fail(std::string("the check itself failed: ") + error.what(), "see the message");
        }
    }
};

}  // namespace

std::unique_ptr<Command> doctorCommand(ServerApp&) { return std::make_unique<Doctor>(); }

}  // namespace latchkey
