// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/homeserver/receiver.h"

#include <Poco/JSON/Parser.h>

#include <cppunit/TestAssert.h>
#include <filesystem>

namespace latchkey::contract {

namespace {

using Object = Poco::JSON::Object::Ptr;

StubUser userOf(const Object& object) {
    StubUser user;
    if (!object->isNull("display_name")) user.displayName = object->getValue<std::string>("display_name");
    for (const auto& email : *object->getArray("emails")) user.emails.insert(email.convert<std::string>());
    for (const auto& [id, name] : *object->getObject("devices")) user.devices[id] = name.convert<std::string>();
    user.deactivated = object->getValue<bool>("deactivated");
    user.erased = object->getValue<bool>("erased");
    user.locked = object->getValue<bool>("locked");
    user.resetAllowed = object->getValue<bool>("reset_allowed");
    return user;
}

}  // namespace

Receiver::Receiver(const std::string& service) {
    const std::string secret = directory_.write("secret", std::string(Stub::kSecret) + "\n");
    std::vector<std::string> arguments = {"/usr/bin/env", "python3", RECEIVER, "--port", "0", "--secret-file", secret, "--state", directory_ / "users.json"};
    if (!service.empty()) arguments.insert(arguments.end(), {"--service", service});
    process_.emplace(test::Launch{.arguments = arguments, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
    CPPUNIT_ASSERT_MESSAGE(process_->errors(), process_->await("/\n", 20'000));
    const std::string said = process_->output();
    url_ = said.substr(said.find("http://"), said.find('\n') - said.find("http://"));
}

std::map<std::string, StubUser> Receiver::users() const {
    std::map<std::string, StubUser> all;
    const std::string file = directory_ / "users.json";
    if (!std::filesystem::exists(file)) return all;
    const auto state = Poco::JSON::Parser().parse(test::readText(file)).extract<Object>();
    for (const auto& [name, user] : *state) all[name] = userOf(user.extract<Object>());
    return all;
}

OutgoingResponse Receiver::forward(OutgoingHttp& http, const StubRequest& request) const {
    OutgoingRequest out;
    out.method = request.method;
    out.url = url_.substr(0, url_.size() - 1) + request.path;
    out.body = request.body;
    out.untrusted = false;
    for (const auto& [name, value] : request.headers) {
        if (name != "host" && name != "content-length") out.headers.emplace_back(name, value);
    }
    return http.send(out);
}

}  // namespace latchkey::contract
