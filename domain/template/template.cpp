// SPDX-License-Identifier: Apache-2.0
#include "domain/template/template.h"

#include "kernel/error.h"

#include <algorithm>
#include <kainjow/mustache.hpp>

namespace latchkey::templates {

using kainjow::mustache::mustache;
namespace km = kainjow::mustache;

namespace {

// The library makes a part of its own of each blank and line break of a text, which makes rendering many times slower. So runs of
// them are replaced by one of these for it, and put back at the end. (A person's data that holds one comes out as a blank.)
constexpr char kBlank = '\x1f';
constexpr char kBreak = '\x1e';

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string joinBlanks(const std::string& source) {
    std::string joined;
    joined.reserve(source.size());
    for (std::size_t i = 0; i < source.size();) {
        if (source.compare(i, 2, "{{") == 0) {
            const std::size_t end = std::min(source.find("}}", i), source.size() - 2) + 2;
            joined.append(source, i, end - i);
            i = end;
        } else if (isSpace(source[i])) {
            const std::size_t end = std::min(source.find_first_not_of(" \t\r\n", i), source.size());
            joined += source.find('\n', i) < end ? kBreak : kBlank;
            i = end;
        } else {
            joined += source[i++];
        }
    }
    return joined;
}

void putBlanksBack(std::string& text) {
    for (char& c : text) {
        if (c == kBlank) c = ' ';
        else if (c == kBreak) c = '\n';
    }
}

std::string onOneLine(const std::string& text) {
    std::string line = text;
    std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return line;
}

void refuseUnescaped(const std::string& name, const std::string& source) {
    for (std::size_t at = source.find("{{"); at != std::string::npos; at = source.find("{{", at + 2)) {
        const std::size_t sign = source.find_first_not_of(' ', at + 2);
        const char c = sign == std::string::npos ? ' ' : source[sign];
        if (c == '{' || c == '&' || c == '=') throw Error(name + ": a tag must not begin with `" + c + "`: everything is escaped");
        if (c == '>') throw Error(name + ": a part is named as {{> name}}, alone in its tag");
    }
}

km::data toData(const View& view);

km::data toData(const View::Value& value) {
    if (const bool* flag = std::get_if<bool>(&value)) return km::data(*flag);
    if (const auto* text = std::get_if<std::string>(&value)) return km::data(*text);
    km::data list(km::data::type::list);
    for (const View& item : std::get<std::vector<View>>(value)) list.push_back(toData(item));
    return list;
}

km::data toData(const View& view) {
    km::data object(km::data::type::object);
    for (const auto& [name, value] : view.values()) object.set(name, toData(value));
    return object;
}

class StrictContext final : public km::context<std::string> {
public:
    StrictContext(const km::data& data, std::string name) : context(&data), name_(std::move(name)) {}
    const km::data* get(const std::string& name) const override {
        const km::data* found = context::get(name);
        if (found == nullptr) throw Error(name_ + ": this page has no `" + name + "`");
        return found;
    }

private:
    std::string name_;
};

}  // namespace

std::string escapeHtml(std::string_view text) { return kainjow::mustache::html_escape(std::string(text)); }

struct Template::Parsed {
    explicit Parsed(const std::string& source) : tree(source) {}
    mustache tree;  // its render() is not const, but changes nothing where there are no partials and lambdas
};

Template::Template(std::string name, const std::string& source, Kind kind) : name_(std::move(name)) {
    refuseUnescaped(name_, source);
    parsed_ = std::make_unique<Parsed>(kind == Kind::html ? joinBlanks(source) : source);
    if (!parsed_->tree.is_valid()) throw Error(name_ + ": " + parsed_->tree.error_message());
    if (kind == Kind::text) parsed_->tree.set_custom_escape(onOneLine);
}

Template::~Template() = default;
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;

std::string Template::render(const View& view) const { return renderWith(view, false); }
std::string Template::renderStrictly(const View& view) const { return renderWith(view, true); }

std::string Template::renderWith(const View& view, bool strict) const {
    const km::data data = toData(view);
    std::string text;
    if (strict) {
        StrictContext context(data, name_);
        text = parsed_->tree.render(context);
    } else {
        parsed_->tree.render(data, [&text](const std::string& part) { text += part; });
    }
    putBlanksBack(text);
    return text;
}

}  // namespace latchkey::templates
