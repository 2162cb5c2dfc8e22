// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/mails/post_office.h"

#include "domain/clock.h"
#include "domain/queue/job_repository.h"
#include "domain/user/registration.h"

#include <cppunit/TestAssert.h>

namespace latchkey::mails {

namespace {

smtp::SmtpConfig serverAt(int port) {
    smtp::SmtpConfig config;
    config.hostname = "localhost";
    config.port = port;
    return config;
}

}  // namespace

PostOffice::PostOffice(contract::World& world_)
    : world(world_), sender_(serverAt(port_)),
      mailer_(email::Sender{{"Example", "auth@example.com"}, {"", "help@example.com"}}, sender_),
      post_(mailer_, settings, templates_), code_(world_.store(), post_), links_(world_.store(), post_),
      recovery_(world_.store(), links_), recoveryOfOne_(world_.store(), links_) {
    settings.url = {"https://auth.example.com/", "https://auth.example.com/"};
    settings.templates = {{}, {}, "Example Accounts", "example.com", settings.url.base};
    templates_.set(MailTemplates::load(settings.templates));
}

void PostOffice::openServer() {
    server_ = std::make_unique<test::Process>(test::Launch{.arguments = {"/usr/bin/python3", SMTP_SERVER, folder_.path(), std::to_string(port_)}, .environment = {}, .user = {}, .descriptors = {}, .limits = {}});
    CPPUNIT_ASSERT_MESSAGE(server_->errors(), server_->await(" .\n", 60'000));
}

void PostOffice::startWorker() {
    jobs::Handlers handlers;
    for (JobHandler* each : std::initializer_list<JobHandler*>{&code_, &recovery_, &recoveryOfOne_}) handlers.emplace(each->queue(), each);
    worker_ = std::make_unique<jobs::Worker>(world.store(), nullptr, handlers, statistics_);
}

Ulid PostOffice::register_(const std::string& name, const std::string& address, const std::string& language) {
    const Instant now = currentTime();
    const Ulid authentication = newId(now);
    world.commit([&](UnitOfWork& work) {
        UserRegistration registration;
        registration.id = newId(now);
        registration.username = name;
        registration.createdAt = now;
        work.registrations().add(registration);
        work.emailAuthentications().add({authentication, std::nullopt, registration.id, address, now, std::nullopt});
    });
    enqueue("send-email-authentication-code", R"({"user_email_authentication_id":")" + authentication.text() + R"(","language":")" + language + "\"}");
    return authentication;
}

Ulid PostOffice::recover(const std::string& address, const std::string& language, const std::string& ip) {
    const Instant now = currentTime();
    const Ulid session = newId(now);
    world.commit([&](UnitOfWork& work) { work.recoveries().add({session, address, "Firefox", ip, language, now, std::nullopt}); });
    enqueue("send-account-recovery-email", R"({"user_recovery_session_id":")" + session.text() + "\"}");
    return session;
}

void PostOffice::enqueue(const std::string& queue, const std::string& payload) {
    world.commit([&](UnitOfWork& work) { work.jobs().enqueue(newId(currentTime()), queue, payload, currentTime()); });
}

void PostOffice::await() {
    const bool over = test::eventually([&] {
        world.sql("UPDATE queue_jobs SET scheduled_at = now() WHERE status = 'scheduled' AND queue_name LIKE 'send-%'");
        return world.sql("SELECT count(*) FROM queue_jobs WHERE status IN ('available', 'running', 'scheduled') AND queue_name LIKE 'send-%'") == "0";
    }, 120'000);
    CPPUNIT_ASSERT_MESSAGE(world.sql("SELECT string_agg(status || ' ' || coalesce(failed_reason, ''), E'\\n') FROM queue_jobs"), over);
}

int PostOffice::mails(const std::string& to) { return server_->count("mail plain auth@example.com " + to); }

std::string PostOffice::part(int number, const std::string& name) const { return test::readText(folder_ / (std::to_string(number) + "." + name)); }

}  // namespace latchkey::mails
