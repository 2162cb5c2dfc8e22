// SPDX-License-Identifier: Apache-2.0
#include "plugins/outgoing-http/exchange.h"

#include "kernel/deadline.h"
#include "kernel/version.h"

#include <algorithm>
#include <curl/curl.h>
#include <sys/socket.h>

namespace latchkey::outgoing {

namespace {

constexpr std::size_t kMostHeaderBytes = 64 * 1024;

struct Receiver {
    const OutgoingConfig& config;
    const Hop& hop;
    OutgoingResponse response{};
    std::size_t headerBytes = 0;
    std::string failure{};  // why we ended it
};

using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void append(List& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::size_t onHeader(char* data, std::size_t, std::size_t size, void* context) {
    auto& receiver = *static_cast<Receiver*>(context);
    const std::string_view line(data, size);
    receiver.headerBytes += size;
    if (receiver.headerBytes > kMostHeaderBytes) {
        receiver.failure = "the answer's header is too large";
        return 0;
    }
    if (line.starts_with("HTTP/")) receiver.response.headers.clear();  // the one before was 1xx
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && !line.starts_with("HTTP/")) receiver.response.headers.emplace_back(lowered(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    return size;
}

std::size_t onBody(char* data, std::size_t, std::size_t size, void* context) {
    auto& receiver = *static_cast<Receiver*>(context);
    if (receiver.response.body.size() + size > receiver.hop.request.largestAnswer) {
        receiver.failure = "the answer is larger than " + std::to_string(receiver.hop.request.largestAnswer) + " bytes";
        return 0;
    }
    receiver.response.body.append(data, size);
    return size;
}

// The last gate: whatever was resolved, cached or redirected before, this is the address that is about to be connected to.
curl_socket_t onSocket(void* context, curlsocktype, curl_sockaddr* wanted) {
    auto& receiver = *static_cast<Receiver*>(context);
    const auto address = IpAddress::of(wanted->addr);
    if (receiver.hop.request.untrusted && !(address && receiver.config.rules.permits(*address))) {
        receiver.failure = "its address is not public";
        return CURL_SOCKET_BAD;
    }
    return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
}

template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    if (curl_easy_setopt(curl, option, value) != CURLE_OK) throw OutgoingHttpError("this libcurl does not support option " + std::to_string(option));
}

bool isToken(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos; });
}

bool isCredential(const std::string& name) { return name == "authorization" || name == "cookie" || name == "proxy-authorization"; }

List headersOf(const Hop& hop) {
    List list(nullptr, curl_slist_free_all);
    append(list, "Expect:");  // no 100-continue
    for (const auto& [name, value] : hop.request.headers) {
        if (!isToken(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) throw OutgoingHttpError("a header of the request is malformed");
        const std::string plain = lowered(name);
        if (hop.bare && (isCredential(plain) || plain.starts_with("content-"))) continue;
        append(list, value.empty() ? name + ";" : name + ": " + value);
    }
    return list;
}

// Tells libcurl the checked addresses of this name, and to forget those of the name before: it would keep them for ever.
List pinsOf(Handle& handle, const Hop& hop) {
    List list(nullptr, curl_slist_free_all);
    const std::string name = hop.target.host + ':' + std::to_string(hop.target.port);
    if (!handle.pinned.empty() && handle.pinned != name) append(list, '-' + handle.pinned);
    handle.pinned.clear();
    if (hop.addresses.empty()) return list;
    std::string line = name;
    char before = ':';
    for (const IpAddress& address : hop.addresses) {
        line += before + (address.isV4() ? address.text() : '[' + address.text() + ']');
        before = ',';
    }
    append(list, line);
    handle.pinned = name;
    return list;
}

void setTransport(CURL* curl, const OutgoingConfig& config, const Hop& hop) {
    const bool direct = hop.request.untrusted;
    const std::string& proxy = hop.target.https ? config.httpsProxy : config.httpProxy;
    set(curl, CURLOPT_PROXY, direct ? "" : proxy.c_str());  // empty: none, and libcurl does not look into the environment
    set(curl, CURLOPT_NOPROXY, config.noProxy.c_str());
    set(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!config.certificateFile.empty()) set(curl, CURLOPT_CAINFO, config.certificateFile.c_str());
    if (!config.certificateDirectory.empty()) set(curl, CURLOPT_CAPATH, config.certificateDirectory.c_str());
    set(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl, CURLOPT_NOSIGNAL, 1L);
    set(curl, CURLOPT_MAXCONNECTS, 4L);
    set(curl, CURLOPT_USERAGENT, (std::string("Latchkey/") + kVersion).c_str());
    const auto left = static_cast<long>(std::max<std::int64_t>(hop.deadlineMs - monotonicMs(), 1));
    set(curl, CURLOPT_TIMEOUT_MS, left);
    set(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min(left, static_cast<long>(config.connectTimeoutMs)));
}

void setRequest(CURL* curl, const Hop& hop) {
    const std::string method = hop.bare && hop.request.method != "HEAD" ? "GET" : hop.request.method;
    if (!isToken(method)) throw OutgoingHttpError("the request's method is malformed");
    set(curl, CURLOPT_URL, hop.target.url().c_str());
    set(curl, CURLOPT_PATH_AS_IS, 1L);
    if (method == "HEAD") return set(curl, CURLOPT_NOBODY, 1L);
    if (method == "GET") return;
    set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(hop.request.body.size()));
    set(curl, CURLOPT_POSTFIELDS, hop.request.body.data());
    set(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void setReceiver(CURL* curl, Receiver& receiver) {
    set(curl, CURLOPT_HEADERFUNCTION, &onHeader);
    set(curl, CURLOPT_HEADERDATA, &receiver);
    set(curl, CURLOPT_WRITEFUNCTION, &onBody);
    set(curl, CURLOPT_WRITEDATA, &receiver);
    set(curl, CURLOPT_OPENSOCKETFUNCTION, &onSocket);
    set(curl, CURLOPT_OPENSOCKETDATA, &receiver);
    set(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(receiver.hop.request.largestAnswer));
}

std::string reason(CURLcode code, const Receiver& receiver, const char* detail) {
    if (!receiver.failure.empty()) return receiver.failure;
    if (code == CURLE_OPERATION_TIMEDOUT) return "no complete answer in time";
    if (code == CURLE_FILESIZE_EXCEEDED) return "the answer is larger than " + std::to_string(receiver.hop.request.largestAnswer) + " bytes";
    return *detail == '\0' ? curl_easy_strerror(code) : detail;
}

}  // namespace

Handle::Handle() : curl_(curl_easy_init()) {
    if (curl_ == nullptr) throw OutgoingHttpError("libcurl could not make a handle");
}
Handle::~Handle() { curl_easy_cleanup(curl_); }

OutgoingResponse exchange(Handle& handle, const OutgoingConfig& config, const Hop& hop) {
    CURL* curl = handle.native();
    curl_easy_reset(curl);  // options only: connections stay
    Receiver receiver{config, hop};
    char detail[CURL_ERROR_SIZE] = "";
    const List headers = headersOf(hop);
    const List pins = pinsOf(handle, hop);
    set(curl, CURLOPT_ERRORBUFFER, detail);
    set(curl, CURLOPT_HTTPHEADER, headers.get());
    set(curl, CURLOPT_RESOLVE, pins.get());
    setTransport(curl, config, hop);
    setReceiver(curl, receiver);
    setRequest(curl, hop);
    const CURLcode code = curl_easy_perform(curl);
    handle.origin = hop.target.origin();
    if (code != CURLE_OK) throw OutgoingHttpError(hop.target.origin() + ": " + reason(code, receiver, detail));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    receiver.response.status = static_cast<int>(status);
    return std::move(receiver.response);
}

}  // namespace latchkey::outgoing
