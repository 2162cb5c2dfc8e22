// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/ParseHandler.h>
#include <Poco/JSON/Parser.h>

#include <set>
#include <vector>

namespace latchkey::oauth2 {

namespace {

constexpr std::size_t kDeepest = 16;

class Handler final : public Poco::JSON::ParseHandler {
public:
    void startObject() override {
        names_.emplace_back();
        ParseHandler::startObject();
    }
    void endObject() override {
        names_.pop_back();
        ParseHandler::endObject();
    }
    void key(const std::string& name) override {
        repeated_ = !names_.back().insert(name).second || repeated_;
        ParseHandler::key(name);
    }
    bool repeated() const { return repeated_; }

private:
    std::vector<std::set<std::string>> names_;
    bool repeated_ = false;
};

}  // namespace

StrictJson StrictJson::parse(const std::string& text) {
    try {
        const Poco::SharedPtr<Handler> handler(new Handler);
        Poco::JSON::Parser parser(handler);
        parser.setDepth(kDeepest);
        const Poco::Dynamic::Var parsed = parser.parse(text);
        if (parsed.type() != typeid(Poco::JSON::Object::Ptr)) return {};
        return {parsed.extract<Poco::JSON::Object::Ptr>(), handler->repeated()};
    } catch (const Poco::Exception&) {
        return {};
    }
}

void appendCompactString(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    static constexpr std::string_view kShort = "\b\f\n\r\t", kLetters = "bfnrt";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const std::size_t at = kShort.find(c);
        if (c == '"' || c == '\\') (out += '\\') += c;
        else if (at != std::string_view::npos) (out += '\\') += kLetters[at];
        else if (byte >= 0x20) out += c;
        else out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    }
    out += '"';
}

}  // namespace latchkey::oauth2
