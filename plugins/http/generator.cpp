// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/generator.h"

#include "plugins/http/config.h"

namespace latchkey::http {

namespace {

using config::Node;

Node listener(const char* name, std::initializer_list<const char*> resources, Node bind) {
    Node list = Node::sequence();
    for (const char* each : resources) {
        Node resource = Node::mapping();
        resource.set("name", Node::string(each));
        list.append(std::move(resource));
    }
    Node node = Node::mapping();
    node.set("name", Node::string(name));
    node.set("resources", std::move(list));
    node.set("binds", Node::sequence({std::move(bind)}));
    node.set("proxy_protocol", Node::boolean(false));
    return node;
}

}  // namespace

Node HttpGenerator::generate() const {
    constexpr const char* kBase = "http://[::]:8080/";
    Node everywhere = Node::mapping();
    everywhere.set("address", Node::string("[::]:8080"));
    Node local = Node::mapping();
    local.set("host", Node::string("localhost"));
    local.set("port", Node::integer(8081));
    Node trusted = Node::sequence();
    for (const char* each : kTrustedByDefault) trusted.append(Node::string(each));

    Node section = Node::mapping();
    section.set("listeners", Node::sequence({listener("web", {"discovery", "human", "oauth", "compat", "graphql", "assets"}, std::move(everywhere)),
                                             listener("internal", {"health"}, std::move(local))}));
    section.set("trusted_proxies", std::move(trusted));
    section.set("public_base", Node::string(kBase));
    section.set("issuer", Node::string(kBase));
    return section;
}

}  // namespace latchkey::http
