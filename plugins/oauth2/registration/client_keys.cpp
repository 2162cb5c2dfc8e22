// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/client_keys.h"

#include "domain/crypto/encoding.h"
#include "plugins/oauth2/registration/strict_json.h"

#include <Poco/JSON/Array.h>

#include <string_view>
#include <vector>

namespace latchkey::oauth2 {

namespace {

using Poco::Dynamic::Var;

constexpr unsigned kMostKeys = 100;
// RFC 7518 §6.2.2, §6.3.2, §6.4: these make a key private or symmetric.
constexpr const char* kPrivateMembers[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

struct Kind {
    std::string_view name;
    std::vector<const char*> numbers;  // base64url
    bool curve;
};
const Kind kKinds[] = {{"RSA", {"n", "e"}, false}, {"EC", {"x", "y"}, true}, {"OKP", {"x"}, true}};

// Writes the members of one key; `failed` once one of them is not what it must be.
class KeyText {
public:
    explicit KeyText(const Poco::JSON::Object& key) : key_(key) {}

    std::optional<std::string> write() {
        for (const char* name : kPrivateMembers) failed_ = failed_ || key_.has(name);
        const Kind* kind = kindOf();
        if (failed_ || kind == nullptr) return std::nullopt;
        text("kty", true);
        if (kind->curve) text("crv", true);
        for (const char* name : kind->numbers) base64UrlText(name, true);
        text("use", false);
        texts("key_ops");
        for (const char* name : {"alg", "kid", "x5u"}) text(name, false);
        texts("x5c");
        for (const char* name : {"x5t", "x5t#S256"}) base64UrlText(name, false);
        return failed_ ? std::nullopt : std::optional("{" + members_ + "}");
    }

private:
    const Kind* kindOf() const {
        const Var name = key_.get("kty");
        for (const Kind& kind : kKinds) {
            if (name.isString() && name.extract<std::string>() == kind.name) return &kind;
        }
        return nullptr;
    }
    void open(const char* name) {
        if (!members_.empty()) members_ += ',';
        appendCompactString(members_, name);
        members_ += ':';
    }
    std::optional<std::string> value(const char* name, bool required) {
        const Var found = key_.get(name);
        if (!found.isEmpty() && found.isString()) return found.extract<std::string>();
        if (required || !found.isEmpty()) failed_ = true;
        return std::nullopt;
    }
    void text(const char* name, bool required) {
        const auto found = value(name, required);
        if (!found) return;
        open(name);
        appendCompactString(members_, *found);
    }
    void base64UrlText(const char* name, bool required) {
        const auto found = value(name, required);
        if (found && !fromBase64Url(*found)) failed_ = true;
        text(name, required);
    }
    void texts(const char* name) {
        const Var found = key_.get(name);
        if (found.isEmpty()) return;
        const auto list = key_.getArray(name);
        if (!list) return void(failed_ = true);
        open(name);
        members_ += '[';
        for (unsigned i = 0; i < list->size(); ++i) {
            const Var each = list->get(i);
            if (!each.isString()) return void(failed_ = true);
            if (i > 0) members_ += ',';
            appendCompactString(members_, each.extract<std::string>());
        }
        members_ += ']';
    }

    const Poco::JSON::Object& key_;
    std::string members_;
    bool failed_ = false;
};

}  // namespace

std::optional<std::string> canonicalKeySet(const Poco::JSON::Object& set) {
    const auto keys = set.getArray("keys");
    if (!keys || keys->size() > kMostKeys) return std::nullopt;
    std::string text = "{\"keys\":[";
    for (unsigned i = 0; i < keys->size(); ++i) {
        const auto key = keys->getObject(i);
        const auto written = key ? KeyText(*key).write() : std::nullopt;
        if (!written) return std::nullopt;
        text += (i > 0 ? "," : "") + *written;
    }
    return text + "]}";
}

}  // namespace latchkey::oauth2
