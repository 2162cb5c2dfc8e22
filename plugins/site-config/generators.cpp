// SPDX-License-Identifier: Apache-2.0
#include "plugins/site-config/generators.h"

#include "plugins/site-config/syntax.h"

namespace latchkey::site {

namespace {

using config::Node;

Node email() {
    Node section = Node::mapping();
    section.set("from", Node::string(kDefaultMailbox));
    section.set("reply_to", Node::string(kDefaultMailbox));
    section.set("transport", Node::string("blackhole"));
    return section;
}

class Generator final : public config::SectionGenerator {
public:
    Generator(const char* section, int position, Node (*make)()) : section_(section), position_(position), make_(make) {}
    std::string section() const override { return section_; }
    int position() const override { return position_; }
    Node generate() const override { return make_(); }

private:
    const char* section_;
    int position_;
    Node (*make_)();
};

}  // namespace

std::vector<std::unique_ptr<config::SectionGenerator>> sectionGenerators() {
    std::vector<std::unique_ptr<config::SectionGenerator>> all;
    all.push_back(std::make_unique<Generator>("email", 30, email));
    return all;
}

}  // namespace latchkey::site
