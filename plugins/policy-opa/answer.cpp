// SPDX-License-Identifier: Apache-2.0
#include "plugins/policy-opa/answer.h"

#include "kernel/error.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>

namespace latchkey::opa {

namespace {

using Object = Poco::JSON::Object::Ptr;
using Array = Poco::JSON::Array::Ptr;
using Poco::Dynamic::Var;

constexpr std::size_t kDeepest = 32;
constexpr std::int64_t kLongestLifetime = 31'536'000;  // a year

[[noreturn]] void refuse(const std::string& why) { throw Error("OPA's answer cannot be used: " + why); }

Object documentOf(const std::string& body) {
    Poco::JSON::Parser parser;
    parser.setDepth(kDeepest);
    Var document;
    try {
        document = parser.parse(body);
    } catch (const Poco::Exception&) {
        refuse("it is not JSON");
    }
    if (document.type() != typeid(Object)) refuse("it is not an object");
    return document.extract<Object>();
}

// What OPA has no rule for has no result.
bool ruled(const Object& document) { return document->has("result"); }

Var resultOf(const Object& document) {
    if (!ruled(document)) refuse("it has no `result`: OPA knows no rule of this name");
    return document->get("result");
}

// Of a violation: absent and null are nothing.
std::optional<std::string> text(const Object& object, const std::string& key) {
    const Var value = object->get(key);
    if (value.isEmpty()) return std::nullopt;
    if (!value.isString()) refuse("`" + key + "` is not a string");
    return value.convert<std::string>();
}

std::optional<std::int64_t> integer(const Object& object, const std::string& key) {
    const Var value = object->get(key);
    if (value.isEmpty()) return std::nullopt;
    if (!value.isInteger() || value.isBoolean()) refuse("`" + key + "` is not a whole number");
    return value.convert<std::int64_t>();
}

// Others stand for no code, as in the reference.
bool isKnown(const std::string& code) {
    constexpr const char* kCodes[] = {"username-too-short", "username-too-long", "username-invalid-chars", "username-all-numeric", "username-banned",
                                      "username-not-allowed", "email-domain-not-allowed", "email-domain-banned", "email-not-allowed", "email-banned",
                                      "too-many-sessions"};
    return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

PolicyViolation violation(const Var& item) {
    if (item.type() != typeid(Object)) refuse("a violation is not an object");
    const Object object = item.extract<Object>();
    const auto message = text(object, "msg");
    if (!message) refuse("a violation has no `msg`");
    PolicyViolation violation{.message = *message,
                              .code = text(object, "code"),
                              .field = text(object, "field"),
                              .redirectUri = object->has("redirect_uri") || message->find("redirect_uri") != std::string::npos,
                              .needToRemove = integer(object, "need_to_remove")};
    if (violation.code && !isKnown(*violation.code)) violation.code.reset();
    return violation;
}

PolicyViolations violations(const Var& list) {
    if (list.isEmpty() || list.type() != typeid(Array)) refuse("the violations are not a list");
    PolicyViolations all;
    for (const Var& item : *list.extract<Array>()) all.push_back(violation(item));
    return all;
}

GrantDecision::Consent consent(const Object& object) {
    const std::string word = text(object, "consent").value_or("ask");
    if (word == "ask") return GrantDecision::Consent::ask;
    if (word == "remember") return GrantDecision::Consent::remember;
    if (word == "skip") return GrantDecision::Consent::skip;
    refuse("`consent` is none of ask, remember, skip");
}

Scope listedScope(const Array& list) {
    std::vector<std::string> tokens;
    for (const Var& item : *list) {
        if (!item.isString()) refuse("`scope` is not a list of strings");
        tokens.push_back(item.convert<std::string>());
    }
    return Scope(std::move(tokens));
}

std::optional<Scope> scope(const Object& object, const Scope& asked) {
    const Var value = object->get("scope");
    if (value.isEmpty()) return std::nullopt;
    std::optional<Scope> granted;
    if (value.type() == typeid(Array)) granted = listedScope(value.extract<Array>());
    else granted = text(object, "scope")->empty() ? Scope() : Scope::parse(*text(object, "scope"));
    if (!granted) refuse("`scope` is malformed");
    if (!asked.covers(*granted)) refuse("`scope` is more than what was asked for");
    return granted;
}

std::optional<Duration> lifetime(const Object& object) {
    const auto seconds = integer(object, "access_token_lifetime");
    if (!seconds) return std::nullopt;
    if (*seconds < 1 || *seconds > kLongestLifetime) refuse("`access_token_lifetime` is out of range");
    return Duration::seconds(*seconds);
}

// A misspelt `violations` must not pass for none.
void checkKeys(const Object& object) {
    for (const std::string& key : object->getNames()) {
        if (key != "violations" && key != "consent" && key != "scope" && key != "access_token_lifetime") refuse("`" + key + "` is not understood");
    }
    if (!object->has("violations")) refuse("it has no `violations`");
}

GrantDecision decide(const Object& document, const Scope& asked) {
    const Var result = resultOf(document);
    GrantDecision decision;
    if (result.isEmpty() || result.type() != typeid(Object)) {
        decision.violations = violations(result);
        return decision;
    }
    const Object object = result.extract<Object>();
    checkKeys(object);
    return {.violations = violations(object->get("violations")), .consent = consent(object), .scope = scope(object, asked), .accessTokenLifetime = lifetime(object)};
}

}  // namespace

GrantDecision decisionOf(const std::string& body, const Scope& asked) { return decide(documentOf(body), asked); }

PolicyViolations violationsOf(const std::string& body) { return decisionOf(body, Scope()).violations; }

std::optional<PolicyViolations> violationsIfRuled(const std::string& body) {
    const Object document = documentOf(body);
    return ruled(document) ? std::optional(decide(document, Scope()).violations) : std::nullopt;
}

}  // namespace latchkey::opa
