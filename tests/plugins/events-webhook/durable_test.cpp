// SPDX-License-Identifier: Apache-2.0
#include "domain/queue/worker_repository.h"
#include "plugins/events-webhook/delivery.h"
#include "plugins/events-webhook/webhook_sink.h"
#include "plugins/events/dispatcher.h"
#include "plugins/jobs/worker.h"
#include "tests/contract/oauth/world.h"
#include "tests/plugins/events/sinks.h"
#include "tests/plugins/outgoing-http/support.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

namespace latchkey::events_webhook {

namespace {

using outgoing::test::ScriptedServer;

std::string headerOf(const std::string& request, const std::string& name) {
    const std::size_t begin = request.find("\r\n" + name + ": ");
    if (begin == std::string::npos) return "absent";
    const std::size_t value = begin + name.size() + 4;
    return request.substr(value, request.find("\r\n", value) - value);
}

}  // namespace

/// Events on their way through the queue to a receiver that fails first.
class DurableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DurableTest);
    CPPUNIT_TEST(eventsOutliveAReceiverThatIsAwayAndTheProcess);
    CPPUNIT_TEST(attack4_doesNotReachAPrivateAddressUnlessAllowed);
    CPPUNIT_TEST_SUITE_END();
    LATCHKEY_WORLD

    static Event failure() {
        Event event;
        event.kind = EventKind::loginFailed;
        event.ip = "192.0.2.7";
        return event;
    }

    static HookSettings settings(const std::string& url, bool allowPrivate) {
        HookSettings settings;
        settings.url = url;
        settings.allowPrivateAddresses = allowPrivate;
        return settings;
    }

    void emitOne(const HookSettings& with) {
        WebhookSink sink(world_->store(), with);
        events::Dispatcher dispatcher({&sink}, false);
        dispatcher.emit(failure());
        dispatcher.stop();
    }

    // Runs a worker until the job has that many runs behind it, or is done. A waiting one is brought forward.
    void work(const HookSettings& with, const std::string& until) {
        outgoing::CurlHttp http({});
        const Delivery delivery(http, with, "a-secret-of-sixteen");
        DeliverEvents handler(delivery);
        jobs::Statistics statistics;
        jobs::Worker worker(world_->store(), nullptr, {{kQueue, &handler}}, statistics, 1'000);
        CPPUNIT_ASSERT_MESSAGE(until, events::eventually([&] {
            world_->sql("UPDATE queue_jobs SET scheduled_at = now() WHERE status = 'scheduled'");
            return world_->sql("SELECT count(*) FROM queue_jobs WHERE " + until) != "0";
        }));
        worker.stop();
    }

    void eventsOutliveAReceiverThatIsAwayAndTheProcess() {
        if (!world_) return;
        std::mutex mutex;
        std::vector<std::string> requests;
        ScriptedServer receiver([&](ScriptedServer& server, int fd, const std::string& request) {
            const std::lock_guard lock(mutex);
            requests.push_back(request);
            return server.send(fd, requests.size() < 3 ? "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n" : ScriptedServer::ok("{}"));
        });
        const HookSettings with = settings(receiver.url("/hook"), true);
        emitOne(with);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), world_->sql("SELECT count(*) FROM queue_jobs WHERE queue_name = 'deliver-events' AND status = 'available'"));
        work(with, "attempt >= 1");
        work(with, "status = 'completed'");  // another process

        const std::lock_guard lock(mutex);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), requests.size());
        std::set<std::string> ids, bodies;
        for (const std::string& each : requests) {
            ids.insert(headerOf(each, "latchkey-id"));
            bodies.insert(each.substr(each.find("\r\n\r\n") + 4));
            CPPUNIT_ASSERT(headerOf(each, "latchkey-signature").starts_with("v1="));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), ids.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), bodies.size());
        CPPUNIT_ASSERT(bodies.begin()->find("\"event\":\"login.failed\"") != std::string::npos && ids.begin()->size() == 26);
    }

    void attack4_doesNotReachAPrivateAddressUnlessAllowed() {
        if (!world_) return;
        ScriptedServer receiver(ScriptedServer::answer(ScriptedServer::ok("{}")));
        const HookSettings with = settings(receiver.url("/hook"), false);
        emitOne(with);
        work(with, "attempt >= 1");
        CPPUNIT_ASSERT_EQUAL(0, receiver.connections());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(DurableTest);

}  // namespace latchkey::events_webhook
