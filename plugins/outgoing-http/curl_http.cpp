// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/curl_http.h"

#include "kernel/deadline.h"
#include "kernel/long_wait.h"

#include <algorithm>
#include <curl/curl.h>

namespace latchkey::outgoing {

namespace {

constexpr std::size_t kMostIdle = 16;
constexpr std::int64_t kLongestIdleMs = 60'000;

bool isRedirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

// 301 and 302 make a GET of a POST, as everybody does (RFC 9110 §15.4); 303 always, 307 and 308 never.
bool becomesGet(int status, const std::string& method) { return status == 303 || (status < 303 && method == "POST"); }

class Admission {
public:
    Admission(std::atomic<unsigned>& now, bool counted, unsigned most) : now_(now), counted_(counted) {
        if (!counted_ || now_.fetch_add(1) < most) return;
        --now_;
        throw OutgoingHttpError("too many requests to foreign hosts are under way");
    }
    ~Admission() {
        if (counted_) --now_;
    }
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;

private:
    std::atomic<unsigned>& now_;
    const bool counted_;
};

}  // namespace

// A handle for the time of one exchange. After a failure its connections are not to be trusted, and it goes.
class CurlHttp::Lease {
public:
    Lease(CurlHttp& owner, bool untrusted, const std::string& origin) : owner_(owner), untrusted_(untrusted), handle_(owner.take(untrusted, origin)) {}
    Handle& operator*() { return *handle_; }
    void giveBack() { owner_.give(untrusted_, std::move(handle_)); }

private:
    CurlHttp& owner_;
    const bool untrusted_;
    std::unique_ptr<Handle> handle_;
};

CurlHttp::CurlHttp(OutgoingConfig config, Resolver::Lookup lookup) : config_(std::move(config)), resolver_(std::move(lookup)) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) throw Error("libcurl cannot be used here");
}

CurlHttp::~CurlHttp() = default;

std::unique_ptr<Handle> CurlHttp::take(bool untrusted, const std::string& origin) {
    const std::lock_guard lock(mutex_);
    auto& idle = idle_[untrusted ? 1 : 0];
    if (idle.empty()) return std::make_unique<Handle>();
    auto best = std::find_if(idle.rbegin(), idle.rend(), [&](const auto& each) { return each->origin == origin; });
    if (best == idle.rend() && idle.size() < kMostIdle) return std::make_unique<Handle>();
    const auto at = best == idle.rend() ? idle.begin() : std::prev(best.base());
    std::unique_ptr<Handle> handle = std::move(*at);
    idle.erase(at);
    return handle;
}

void CurlHttp::give(bool untrusted, std::unique_ptr<Handle> handle) noexcept {
    std::vector<std::unique_ptr<Handle>> old;  // closed after the lock
    const std::lock_guard lock(mutex_);
    auto& idle = idle_[untrusted ? 1 : 0];
    handle->usedAtMs = monotonicMs();
    idle.push_back(std::move(handle));
    const auto keep = std::find_if(idle.begin(), idle.end(), [&](const auto& each) { return idle.back()->usedAtMs - each->usedAtMs < kLongestIdleMs; });
    const auto excess = idle.size() > kMostIdle ? idle.size() - kMostIdle : 0;
    const auto end = std::max(keep, idle.begin() + static_cast<std::ptrdiff_t>(excess));
    std::move(idle.begin(), end, std::back_inserter(old));
    idle.erase(idle.begin(), end);
}

std::vector<IpAddress> CurlHttp::checkedAddresses(const Target& target, std::int64_t deadlineMs) {
    const std::vector<IpAddress> all = target.literal ? std::vector{*target.literal} : resolver_.resolve(target.host, deadlineMs - monotonicMs());
    // One that is not public is enough to refuse: which one would be taken is the name's owner's choice.
    for (const IpAddress& each : all) {
        if (!config_.rules.permits(each)) throw OutgoingHttpError(target.origin() + ": its address is not public (outgoing_http.allow_private_addresses)");
    }
    return target.literal ? std::vector<IpAddress>{} : all;
}

OutgoingResponse CurlHttp::hop(const OutgoingRequest& request, const Target& target, std::int64_t deadlineMs, bool bare) {
    const std::vector<IpAddress> addresses = request.untrusted ? checkedAddresses(target, deadlineMs) : std::vector<IpAddress>{};
    if (monotonicMs() >= deadlineMs) throw OutgoingHttpError(target.origin() + ": no complete answer in time");
    Lease lease(*this, request.untrusted, target.origin());
    OutgoingResponse response = exchange(*lease, config_, {request, target, addresses, deadlineMs, bare});
    lease.giveBack();
    return response;
}

OutgoingResponse CurlHttp::follow(const OutgoingRequest& request, Target target, std::int64_t deadlineMs) {
    bool bare = false;
    for (int followed = 0;; ++followed) {
        OutgoingResponse response = hop(request, target, deadlineMs, bare);
        const std::string location = isRedirect(response.status) ? response.header("location") : std::string();
        if (location.empty() || request.redirects == 0) return response;
        if (followed >= request.redirects) throw OutgoingHttpError(target.origin() + " redirects too often");
        Target next = target.redirected(location);
        const bool elsewhere = next.origin() != target.origin();
        const bool get = bare || becomesGet(response.status, request.method) || request.method == "GET" || request.method == "HEAD";
        if (elsewhere && !get) throw OutgoingHttpError(target.origin() + " redirects what was sent to it to another host");
        bare = bare || elsewhere || becomesGet(response.status, request.method);
        target = std::move(next);
    }
}

OutgoingResponse CurlHttp::send(const OutgoingRequest& request) {
    const Admission admission(untrustedNow_, request.untrusted, config_.untrustedAtOnce);
    const std::int64_t deadlineMs = monotonicMs() + std::min(request.timeoutMs, config_.timeoutMs);
    const LongWait waiting;
    return follow(request, Target::parse(request.url), deadlineMs);
}

}  // namespace latchkey::outgoing
