// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/export.h"

#include <string>
#include <vector>

namespace latchkey {

class Arguments;
class Command;
class Deadline;
class Services;
struct OptionSpec;
namespace config {
class ConfigImport;
class Node;
class Section;
class SectionGenerator;
class Tree;
}  // namespace config

/// What a plugin brings before anything is configured; see Plugin::declare.
class LATCHKEY_API Declarations {
public:
    virtual ~Declarations();
    /// The command must live as long as the plugin.
    virtual void command(Command& command) = 0;
    /// An option of `mas-cli server` that this plugin understands (in amend() or in a StartupTask).
    virtual void serverOption(OptionSpec option) = 0;
    /// Writes one section of `config generate`. Must live as long as the plugin.
    virtual void generator(const config::SectionGenerator& generator) = 0;
    /// Takes over another program's configuration in `config generate`. Must live as long as the plugin.
    virtual void import(const config::ConfigImport& import) = 0;
};

/// What Plugin::amend may see and change.
class LATCHKEY_API Amendment {
public:
    virtual ~Amendment();
    virtual config::Tree& tree() = 0;
    /// The command line of `mas-cli server`; empty for every other command.
    virtual const Arguments& serverArguments() const = 0;
    /// Whether at least one configuration file was found and read.
    virtual bool fileFound() const = 0;
    /// What `config generate` would write, with fresh secrets.
    virtual config::Node generateConfiguration() const = 0;
};

/// A plugin of this server. The life of one:
///
///   construct   default constructor, no side effects
///   declare     says which commands and `server` options it brings. No I/O, no configuration yet.
///   amend       may add a layer to the configuration, after the files were read and before anything is checked
///   configure   reads its settings. No I/O except reading files that a setting names. `config check` is this, for all plugins.
///   start       takes and offers services, opens what it needs. If it throws, nothing of this plugin may be left running:
///               hold resources in members that clean up. Every service taken here outlives this plugin.
///   drain       no new work; finish what runs, by the deadline. Called on all plugins, newest first, before any stop.
///   stop        release everything. Reverse order of start; only after a start that returned. Nothing is called afterwards.
///
/// All calls come from the main thread. A plugin is never unloaded.
class LATCHKEY_API Plugin {
public:
    Plugin() = default;
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    virtual ~Plugin();

    virtual void declare(Declarations&) {}
    virtual void amend(Amendment&) {}
    virtual void configure(const config::Section&) {}
    virtual void start(Services&) {}
    virtual void drain(const Deadline&) noexcept {}
    virtual void stop() noexcept {}
};

/// Something to do when `mas-cli server` starts, after the base plugins have started and before the serving ones do:
/// migrations, synchronisation of static clients. Runs in the order of the offers; throwing ends the start with exit code 1.
class LATCHKEY_API StartupTask {
public:
    static constexpr const char* kService = "kernel.StartupTask/1";
    virtual ~StartupTask();
    virtual void run(const Arguments& serverArguments) = 0;
};

/// Called on SIGHUP, from the main thread. Either all of it is replaced or, on a throw (which is logged), nothing.
class LATCHKEY_API Reloadable {
public:
    static constexpr const char* kService = "kernel.Reloadable/1";
    virtual ~Reloadable();
    virtual void reload() = 0;
};

/// Told once, from the main thread, when every listener is bound and the service manager knows that the server is ready.
class LATCHKEY_API ReadyListener {
public:
    static constexpr const char* kService = "kernel.ReadyListener/1";
    virtual ~ReadyListener();
    virtual void ready() noexcept = 0;
};

/// The process as plugins may influence it; offered by the kernel. Thread-safe.
class LATCHKEY_API ProcessControl {
public:
    static constexpr const char* kService = "kernel.ProcessControl/1";
    virtual ~ProcessControl();
    /// Something that the server cannot live without has ended: stops softly, with exit code 1.
    virtual void fail(const std::string& reason) noexcept = 0;
};

/// What `mas-cli doctor` asks.
class LATCHKEY_API DoctorCheck {
public:
    static constexpr const char* kService = "kernel.DoctorCheck/1";

    class LATCHKEY_API Report {
    public:
        virtual ~Report();
        virtual void ok(const std::string& what) = 0;
        /// `cure`: what to do, ready to be typed where possible.
        virtual void warn(const std::string& what, const std::string& cure) = 0;
        virtual void fail(const std::string& what, const std::string& cure) = 0;
    };
    virtual ~DoctorCheck();
    virtual std::string name() const = 0;
    virtual void run(Report& report) = 0;
};

}  // namespace latchkey
