// SPDX-License-Identifier: Apache-2.0
#include "plugins/oauth2/registration/client_metadata.h"

#include "plugins/oauth2/registration/client_keys.h"
#include "plugins/oauth2/registration/language_tag.h"
#include "plugins/oauth2/registration/metadata_fields.h"
#include "plugins/oauth2/registration/metadata_lists.h"
#include "plugins/oauth2/registration/strict_json.h"
#include "plugins/oauth2/registration/web_url.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace latchkey::oauth2 {

namespace {

constexpr std::size_t kLongestText = 2048;
constexpr unsigned kLongestList = 100;

std::string_view baseOf(std::string_view name) { return name.substr(0, name.find('#')); }

bool holdsControls(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

OAuthError invalidMetadata(std::string description) { return {400, "invalid_client_metadata", std::move(description)}; }
OAuthError invalidRedirectUri(std::string description) { return {400, "invalid_redirect_uri", std::move(description)}; }

/// Brings the members of one JSON object into a ClientMetadata.
class MetadataReader {
public:
    MetadataReader(const Poco::JSON::Object& object, ClientMetadata& metadata) : object_(object), metadata_(metadata) {}

    void read() {
        for (const MetadataField& field : kMetadataFields) {
            readMember(field, std::string(field.name), std::string(field.name));
            if (field.localized()) readVariants(field);
        }
    }

private:
    using Var = Poco::Dynamic::Var;

    void readVariants(const MetadataField& field) {
        const std::string prefix = std::string(field.name) + "#";
        for (const std::string& name : object_.getNames()) {
            if (!name.starts_with(prefix) || object_.isNull(name)) continue;
            const auto tag = languageTag(std::string_view(name).substr(prefix.size()));
            if (!tag) refuse(field, "is followed by something that is not a language tag");
            if (!metadata_.texts_.contains(field.name)) refuse(field, "is there with a language tag only");
            if (metadata_.texts_.contains(prefix + *tag)) refuse(field, "is there twice in one language");
            readMember(field, name, prefix + *tag);
        }
    }

    void readMember(const MetadataField& field, const std::string& member, const std::string& name) {
        const Var value = object_.get(member);
        if (value.isEmpty()) return;
        switch (field.kind) {
        case FieldKind::text:
        case FieldKind::localizedText: metadata_.texts_[name] = textOf(field, value); break;
        case FieldKind::url:
        case FieldKind::localizedUrl: metadata_.texts_[name] = urlOf(field, value); break;
        case FieldKind::flag: metadata_.raws_[name] = flagOf(field, value); break;
        case FieldKind::seconds: metadata_.raws_[name] = secondsOf(field, value); break;
        case FieldKind::keys: metadata_.raws_[name] = keysOf(field, member); break;
        default: metadata_.lists_[name] = listOf(field, member); break;
        }
    }

    std::string textOf(const MetadataField& field, const Var& value) const {
        if (!value.isString()) refuse(field, "must be a string");
        std::string text = value.extract<std::string>();
        if (text.size() > kLongestText) refuse(field, "is too long");
        if (holdsControls(text)) refuse(field, "holds control characters");
        return text;
    }

    std::string urlOf(const MetadataField& field, const Var& value) const {
        const auto url = WebUrl::parse(textOf(field, value));
        if (!url) refuse(field, "must be an absolute URL");
        return url->text();
    }

    std::string flagOf(const MetadataField& field, const Var& value) const {
        if (!value.isBoolean()) refuse(field, "must be true or false");
        return value.extract<bool>() ? "true" : "false";
    }

    std::string secondsOf(const MetadataField& field, const Var& value) const {
        if (!value.isInteger() || value.isBoolean()) refuse(field, "must be a whole number of seconds");
        const std::string text = value.convert<std::string>();
        if (text.starts_with('-') || text.size() > 10) refuse(field, "is out of range");
        return text;
    }

    std::string keysOf(const MetadataField& field, const std::string& member) const {
        const auto set = object_.getObject(member);
        const auto canonical = set ? canonicalKeySet(*set) : std::nullopt;
        if (!canonical) refuse(field, "must be a JWK set of public keys");
        return *canonical;
    }

    std::vector<std::string> listOf(const MetadataField& field, const std::string& member) const {
        const auto array = object_.getArray(member);
        if (!array || array->size() > kLongestList) refuse(field, "must be a list of at most 100 items");
        std::vector<std::string> list;
        for (unsigned i = 0; i < array->size(); ++i) {
            const Var item = array->get(i);
            list.push_back(field.kind == FieldKind::urls ? urlOf(field, item) : textOf(field, item));
        }
        if (field.kind == FieldKind::grantTypes) sortGrantTypes(list);
        else if (field.kind == FieldKind::responseTypes) sortResponseTypes(list);
        else std::ranges::sort(list);
        return list;
    }

    [[noreturn]] static void refuse(const MetadataField& field, const std::string& why) {
        throw invalidMetadata(std::string(field.name) + " " + why);
    }

    const Poco::JSON::Object& object_;
    ClientMetadata& metadata_;
};

ClientMetadata ClientMetadata::parse(const std::string& json) {
    const StrictJson parsed = StrictJson::parse(json);
    if (!parsed.object) throw invalidRequest("the body must be one JSON object");
    if (parsed.repeated) throw invalidMetadata("a member is there more than once");
    ClientMetadata metadata;
    MetadataReader(*parsed.object, metadata).read();
    return metadata;
}

const std::string* ClientMetadata::text(std::string_view name) const {
    const auto found = texts_.find(name);
    return found == texts_.end() ? nullptr : &found->second;
}

const std::vector<std::string>* ClientMetadata::list(std::string_view name) const {
    const auto found = lists_.find(name);
    return found == lists_.end() ? nullptr : &found->second;
}

std::optional<std::string> ClientMetadata::value(std::string_view name) const {
    const std::string* found = text(name);
    return found ? std::optional(*found) : std::nullopt;
}

std::optional<std::string> ClientMetadata::keys() const {
    const auto found = raws_.find("jwks");
    return found == raws_.end() ? std::nullopt : std::optional(found->second);
}

bool ClientMetadata::grants(std::string_view grantType) const {
    const auto* types = list("grant_types");
    return types ? std::ranges::find(*types, grantType) != types->end() : grantType == "authorization_code";
}

std::vector<std::pair<std::string, std::string>> ClientMetadata::inAllLanguages(std::string_view name) const {
    std::vector<std::pair<std::string, std::string>> all;
    for (auto each = texts_.lower_bound(name); each != texts_.end() && each->first.starts_with(name); ++each) {
        if (baseOf(each->first) == name) all.emplace_back(*each);
    }
    return all;
}

void ClientMetadata::appendMember(std::string& out, std::string_view name) const {
    if (!has(name)) return;
    if (out.size() > 1) out += ',';
    appendCompactString(out, name);
    out += ':';
    if (const std::string* value = text(name)) return appendCompactString(out, *value);
    if (const auto raw = raws_.find(name); raw != raws_.end()) return void(out += raw->second);
    out += '[';
    for (const std::string& item : *list(name)) {
        if (out.back() != '[') out += ',';
        appendCompactString(out, item);
    }
    out += ']';
}

std::string ClientMetadata::json(bool keptOnly) const {
    std::string out = "{";
    for (const MetadataField& field : kMetadataFields) {
        if (keptOnly && !field.kept) continue;
        if (!field.localized()) appendMember(out, field.name);
        else for (const auto& [name, value] : inAllLanguages(field.name)) appendMember(out, name);
    }
    return out + "}";
}

}  // namespace latchkey::oauth2
