// SPDX-License-Identifier: Apache-2.0
#include "domain/template/translations.h"

#include "kernel/error.h"
#include "domain/template/language.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace latchkey::templates {

namespace {

void flatten(const Poco::JSON::Object& object, const std::string& prefix, std::map<std::string, std::string>& texts) {
    for (const auto& [name, value] : object) {
        if (value.type() == typeid(Poco::JSON::Object::Ptr)) flatten(*value.extract<Poco::JSON::Object::Ptr>(), prefix + name + ".", texts);
        else if (value.isString()) texts[prefix + name] = value.extract<std::string>();
    }
}

}  // namespace

void Translations::add(const std::string& language, const std::string& file, std::string_view json) {
    try {
        Poco::JSON::Parser parser;
        parser.setDepth(8);
        flatten(*parser.parse(std::string(json)).extract<Poco::JSON::Object::Ptr>(), "", texts_[language]);
    } catch (const Poco::Exception& error) {
        throw Error(file + ": is no JSON object of texts: " + error.displayText());
    }
}

std::vector<std::string> Translations::languages() const {
    std::vector<std::string> all;
    for (const auto& [language, texts] : texts_) all.push_back(language);
    return all;
}

const std::string* Translations::find(const std::string& language, const std::string& key) const {
    for (const std::string& each : {language, std::string(kFallbackLanguage)}) {
        const auto texts = texts_.find(each);
        if (texts == texts_.end()) continue;
        if (const auto text = texts->second.find(key); text != texts->second.end()) return &text->second;
    }
    return nullptr;
}

std::vector<std::string> Translations::missing(const std::string& language) const {
    std::vector<std::string> keys;
    const auto english = texts_.find(std::string(kFallbackLanguage));
    const auto texts = texts_.find(language);
    if (english == texts_.end() || texts == texts_.end()) return keys;
    for (const auto& [key, text] : english->second) {
        if (!texts->second.contains(key)) keys.push_back(key);
    }
    return keys;
}

}  // namespace latchkey::templates
