// SPDX-License-Identifier: Apache-2.0
#include "domain/jose/remote_key_sets.h"

#include "domain/outgoing_http.h"
#include "kernel/deadline.h"
#include "tests/support/process.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace latchkey::jose {

namespace {

constexpr const char* kUrl = "https://client.example/jwks.json";
constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;

/// Answers with the ids of keys, separated by blanks; can be made to fail or to wait.
class FakeHttp final : public OutgoingHttp {
public:
    OutgoingResponse send(const OutgoingRequest& request) override {
        std::unique_lock lock(mutex);
        last = request;
        ++sent;
        changed.wait(lock, [&] { return open; });
        if (broken) throw OutgoingHttpError("the host is away");
        return {status, {{"cache-control", cacheControl}}, kids};
    }
    void setOpen(bool value) {
        const std::lock_guard lock(mutex);
        open = value;
        changed.notify_all();
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool open = true;
    bool broken = false;
    int status = 200;
    std::string cacheControl;
    std::string kids = "a b";
    OutgoingRequest last;
    std::atomic<int> sent{0};
};

std::optional<KeySet> parse(std::string_view text) {
    if (text.starts_with('!')) return std::nullopt;
    std::vector<Key> keys;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        keys.push_back(Key::secret("secret").withKid(std::string(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return KeySet(std::move(keys));
}

}  // namespace

class RemoteKeySetsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RemoteKeySetsTest);
    CPPUNIT_TEST(fetchesOnceWithinBounds);
    CPPUNIT_TEST(honoursMaxAgeWithinBounds);
    CPPUNIT_TEST(attack5_anUnknownKidForcesAtMostOneFetchAMinute);
    CPPUNIT_TEST(servesTheOldSetWhileItCannotBeFetched);
    CPPUNIT_TEST(restsAfterAFailure);
    CPPUNIT_TEST(refusesWhatIsNoKeySet);
    CPPUNIT_TEST(attack5_fetchesEachUrlOnceAtATime);
    CPPUNIT_TEST(attack5_letsFewWait);
    CPPUNIT_TEST(whoeverHasAnOldSetDoesNotWait);
    CPPUNIT_TEST(remembersAThousandUrls);
    CPPUNIT_TEST(keepsTrustedAndUntrustedApart);
    CPPUNIT_TEST(readsRealKeySets);
    CPPUNIT_TEST_SUITE_END();

    FakeHttp http_;
    std::atomic<std::int64_t> now_{1};
    RemoteKeySets sets_{http_, parse, [this] { return now_.load(); }};

    std::size_t get(const std::string& url = kUrl, std::string_view kid = {}) { return sets_.get(url, kid)->keys().size(); }
    bool fails(const std::string& url = kUrl) {
        try {
            sets_.get(url);
            return false;
        } catch (const OutgoingHttpError&) {
            return true;
        }
    }
    int lifetime(const std::string& cacheControl, const std::string& url) {
        http_.cacheControl = cacheControl;
        const int before = http_.sent;
        get(url);
        int seconds = 0;
        for (; http_.sent == before + 1 && seconds < 7200; seconds += 30) {
            now_ += 30 * kSecond;
            get(url);
        }
        return seconds;
    }

public:
    void fetchesOnceWithinBounds() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), get());
        now_ += 10 * kMinute - 1;
        get();
        CPPUNIT_ASSERT_EQUAL(1, http_.sent.load());
        CPPUNIT_ASSERT_EQUAL(std::string(kUrl), http_.last.url);
        CPPUNIT_ASSERT_EQUAL(std::size_t(65536), http_.last.largestAnswer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(5000), http_.last.timeoutMs);
        CPPUNIT_ASSERT(http_.last.untrusted);
        now_ += 1;
        http_.kids = "a b c";
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), get());
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
    }

    void honoursMaxAgeWithinBounds() {
        const std::pair<const char*, int> rows[] = {{"", 600}, {"public, max-age=300", 300}, {"Max-Age=120, must-revalidate", 120}, {"max-age=0", 60}, {"max-age=86400", 3600}, {"no-store", 60}, {"no-cache, max-age=300", 60},
                                                    {"max-age=99999999999999", 600}, {"max-age=x", 600}, {"public", 600}};
        for (const auto& [control, seconds] : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(control, seconds, lifetime(control, std::string("https://x.example/") + control));
    }

    void attack5_anUnknownKidForcesAtMostOneFetchAMinute() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), get(kUrl, "a"));
        for (int i = 0; i < 100; ++i) get(kUrl, "unknown" + std::to_string(i));
        CPPUNIT_ASSERT_EQUAL(1, http_.sent.load());
        now_ += kMinute;
        http_.kids = "a b new";
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), get(kUrl, "new"));
        for (int i = 0; i < 100; ++i) get(kUrl, "unknown");
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
        now_ += kMinute;
        get(kUrl, "new");
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
    }

    void servesTheOldSetWhileItCannotBeFetched() {
        get();
        http_.broken = true;
        now_ += 11 * kMinute;
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), get());
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), get());  // not tried again at once
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
        now_ += 24 * 60 * kMinute;
        CPPUNIT_ASSERT(fails());
        http_.broken = false;
        now_ += 10 * kSecond;
        CPPUNIT_ASSERT(!fails());
    }

    void restsAfterAFailure() {
        http_.broken = true;
        for (int i = 0; i < 50; ++i) CPPUNIT_ASSERT(fails());
        CPPUNIT_ASSERT_EQUAL(1, http_.sent.load());
        now_ += 10 * kSecond;
        CPPUNIT_ASSERT(fails());
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
    }

    void refusesWhatIsNoKeySet() {
        http_.kids = "!";
        CPPUNIT_ASSERT(fails());
        http_.kids = "a";
        http_.status = 404;
        CPPUNIT_ASSERT(fails("https://other.example/"));
    }

    void attack5_fetchesEachUrlOnceAtATime() {
        http_.setOpen(false);
        std::atomic<int> served{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < 6; ++i) callers.emplace_back([&] { served += get() == 2 ? 1 : 0; });
        CPPUNIT_ASSERT(latchkey::test::eventually([&] { return http_.sent == 1; }, 30'000));
        http_.setOpen(true);
        for (std::thread& each : callers) each.join();
        CPPUNIT_ASSERT_EQUAL(6, served.load());
        CPPUNIT_ASSERT_EQUAL(1, http_.sent.load());
    }

    void attack5_letsFewWait() {
        http_.setOpen(false);
        std::atomic<int> refused{0};
        std::atomic<int> served{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < 20; ++i) callers.emplace_back([&] { ++(fails() ? refused : served); });
        CPPUNIT_ASSERT(latchkey::test::eventually([&] { return refused >= 11; }, 60'000));  // one fetches, eight wait
        http_.setOpen(true);
        for (std::thread& each : callers) each.join();
        CPPUNIT_ASSERT_EQUAL(1, http_.sent.load());
        CPPUNIT_ASSERT_EQUAL(20, refused.load() + served.load());
    }

    void whoeverHasAnOldSetDoesNotWait() {
        get();
        now_ += 11 * kMinute;
        http_.setOpen(false);
        std::thread fetching([&] { get(); });
        CPPUNIT_ASSERT(latchkey::test::eventually([&] { return http_.sent == 2; }, 30'000));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), get());
        http_.setOpen(true);
        fetching.join();
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
    }

    void remembersAThousandUrls() {
        const auto url = [](int i) { return "https://x.example/" + std::to_string(i); };
        for (int i = 0; i < 1000; ++i) get(url(i));
        get(url(0));  // used again, so that the second is the oldest
        get(url(1000));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1000), sets_.remembered());
        CPPUNIT_ASSERT_EQUAL(1001, http_.sent.load());
        get(url(0));
        CPPUNIT_ASSERT_EQUAL(1001, http_.sent.load());
        get(url(1));
        CPPUNIT_ASSERT_EQUAL(1002, http_.sent.load());
    }

    void keepsTrustedAndUntrustedApart() {
        sets_.get(kUrl, {}, RemoteKeySets::Trust::trusted);
        CPPUNIT_ASSERT(!http_.last.untrusted);
        sets_.get(kUrl);
        CPPUNIT_ASSERT(http_.last.untrusted);
        CPPUNIT_ASSERT_EQUAL(2, http_.sent.load());
    }

    void readsRealKeySets() {
        http_.kids = R"({"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","kid":"1"}]})";
        RemoteKeySets sets(http_);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), sets.get(kUrl, "1")->keys().at(0).kid());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RemoteKeySetsTest);

}  // namespace latchkey::jose
