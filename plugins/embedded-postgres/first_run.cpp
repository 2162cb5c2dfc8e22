// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedded-postgres/first_run.h"

#include "kernel/config/section.h"
#include "kernel/config/yaml.h"
#include "kernel/error.h"
#include "kernel/log.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace latchkey::embedded {

namespace {

using config::Node;

const log::Logger kLog("embedded-postgres");
constexpr int kFirstPort = 8080;

// Without SO_REUSEADDR's leniency for listeners: a port that somebody listens on is taken, one in TIME_WAIT is not.
bool isFree(int family, int port) {
    const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return true;  // a machine without this family
    const int yes = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(port));
    v6.sin6_family = AF_INET6;
    v6.sin6_port = v4.sin_port;
    const bool six = family == AF_INET6;
    if (six) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    const auto* address = six ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
    const bool free = ::bind(fd, address, six ? sizeof v6 : sizeof v4) == 0 && ::listen(fd, 1) == 0;
    ::close(fd);
    return free;
}

// Each bind gets a port of its own on localhost; returns the first port used.
int moveListeners(Node& http) {
    int first = 0;
    int next = kFirstPort;
    Node* listeners = http.find("listeners");
    if (listeners == nullptr) return freePort(kFirstPort);
    for (Node& listener : listeners->items) {
        Node* binds = listener.find("binds");
        if (binds == nullptr) continue;
        const int port = freePort(next);
        Node bind = Node::mapping();
        bind.set("host", Node::string("localhost"));
        bind.set("port", Node::integer(port));
        *binds = Node::sequence({bind});
        if (first == 0) first = port;
        next = port + 1;
    }
    return first == 0 ? freePort(kFirstPort) : first;
}

}  // namespace

int freePort(int from) {
    for (int port = from; port < from + 1000; ++port) {
        if (isFree(AF_INET, port) && isFree(AF_INET6, port)) return port;
    }
    throw Error("there is no free TCP port between " + std::to_string(from) + " and " + std::to_string(from + 999));
}

Node adapted(Node generated, const std::string& dataDir) {
    if (Node* http = generated.find("http")) {
        const std::string base = "http://localhost:" + std::to_string(moveListeners(*http)) + "/";
        http->set("public_base", Node::string(base));
        http->set("issuer", Node::string(base));
    }
    Node database = Node::mapping();
    database.set("embedded", Node::string(dataDir));
    generated.set("database", std::move(database));
    return generated;
}

Node configuration(const Paths& paths, const std::function<Node()>& generate) {
    std::string text;
    try {
        text = config::readFile("--embedded", paths.config());
    } catch (const ConfigError&) {
        if (::access(paths.config().c_str(), F_OK) == 0) throw;
        const std::string made = config::writeYaml(adapted(generate(), paths.root));
        if (writeFile(paths.config(), made, 0600, Existing::keep)) kLog.info("embedded.configured", "wrote a configuration with fresh secrets", {{"file", paths.config()}});
        text = config::readFile("--embedded", paths.config());
    }
    config::Problems problems;
    Node layer = config::parseYaml(text, paths.config(), problems);
    for (const std::string& warning : problems.warnings()) kLog.warn("config.warning", warning);
    problems.throwIfFailed();
    return layer;
}

}  // namespace latchkey::embedded
