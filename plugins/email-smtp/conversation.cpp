// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-smtp/conversation.h"

#include "plugins/email-smtp/failure.h"

#include <algorithm>
#include <cstring>
#include <curl/curl.h>
#include <memory>
#include <new>
#include <string_view>

namespace latchkey::smtp {

namespace {

struct Exchange {
    const MailEnvelope* envelope;
    const std::atomic<bool>& cancelled;
    std::size_t sent = 0;
    std::string complaint{};
};

template <typename Value>
void set(CURL* curl, CURLoption option, Value value) {
    if (curl_easy_setopt(curl, option, value) != CURLE_OK) throw MailError("this libcurl does not support option " + std::to_string(option), MailError::Kind::temporary);
}

std::size_t onRead(char* out, std::size_t size, std::size_t count, void* context) {
    auto& exchange = *static_cast<Exchange*>(context);
    const std::string_view rest = std::string_view(exchange.envelope->content).substr(exchange.sent);
    const std::size_t taken = std::min(size * count, rest.size());
    std::memcpy(out, rest.data(), taken);
    exchange.sent += taken;
    return taken;
}

// What the server says comes as header lines, and for NOOP as a body, too. Its complaint counts, not its farewell.
std::size_t onLine(char* data, std::size_t, std::size_t size, void* context) {
    constexpr std::size_t kMost = 1024;
    if (size > 0 && (data[0] == '4' || data[0] == '5')) static_cast<Exchange*>(context)->complaint.assign(data, std::min(size, kMost));
    return size;
}

int onProgress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<Exchange*>(context)->cancelled ? 1 : 0; }

void setServer(CURL* curl, const SmtpConfig& config) {
    const std::string host = config.hostname.find(':') == std::string::npos ? config.hostname : '[' + config.hostname + ']';
    const std::string url = (config.mode == Mode::tls ? "smtps://" : "smtp://") + host + ':' + std::to_string(config.port);
    set(curl, CURLOPT_URL, url.c_str());
    set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(curl, CURLOPT_PROXY, "");  // none, and libcurl does not look into the environment
    set(curl, CURLOPT_USE_SSL, long{config.mode == Mode::plain ? CURLUSESSL_NONE : CURLUSESSL_ALL});
    set(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!config.certificateFile.empty()) set(curl, CURLOPT_CAINFO, config.certificateFile.c_str());
    if (!config.certificateDirectory.empty()) set(curl, CURLOPT_CAPATH, config.certificateDirectory.c_str());
    if (config.username.empty()) return;
    set(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    set(curl, CURLOPT_USERNAME, config.username.c_str());
    set(curl, CURLOPT_PASSWORD, config.password.reveal().c_str());
}

void setLimits(CURL* curl, const SmtpConfig& config, Exchange& exchange) {
    set(curl, CURLOPT_NOSIGNAL, 1L);
    set(curl, CURLOPT_MAXCONNECTS, 1L);
    set(curl, CURLOPT_MAXAGE_CONN, static_cast<long>(config.idleSeconds));
    set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(config.timeoutMs));
    set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(config.connectTimeoutMs));
    set(curl, CURLOPT_NOPROGRESS, 0L);
    set(curl, CURLOPT_XFERINFOFUNCTION, &onProgress);
    set(curl, CURLOPT_XFERINFODATA, &exchange);
    set(curl, CURLOPT_HEADERFUNCTION, &onLine);
    set(curl, CURLOPT_HEADERDATA, &exchange);
    set(curl, CURLOPT_WRITEFUNCTION, &onLine);
    set(curl, CURLOPT_WRITEDATA, &exchange);
}

using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

// The recipients must live as long as the transfer.
List setMail(CURL* curl, Exchange& exchange) {
    if (exchange.envelope == nullptr) {
        set(curl, CURLOPT_CUSTOMREQUEST, "NOOP");
        set(curl, CURLOPT_NOBODY, 1L);
        return {nullptr, curl_slist_free_all};
    }
    const MailEnvelope& mail = *exchange.envelope;
    List recipients(curl_slist_append(nullptr, ('<' + mail.to + '>').c_str()), curl_slist_free_all);
    if (!recipients) throw std::bad_alloc();
    set(curl, CURLOPT_MAIL_FROM, ('<' + mail.from + '>').c_str());
    set(curl, CURLOPT_MAIL_RCPT, recipients.get());
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, &onRead);
    set(curl, CURLOPT_READDATA, &exchange);
    return recipients;
}

}  // namespace

void converse(void* handle, const SmtpConfig& config, const MailEnvelope* envelope, const std::atomic<bool>& cancelled) {
    CURL* curl = handle;
    curl_easy_reset(curl);  // options only: the connection stays
    Exchange exchange{envelope, cancelled};
    char detail[CURL_ERROR_SIZE] = "";
    set(curl, CURLOPT_ERRORBUFFER, detail);
    setServer(curl, config);
    setLimits(curl, config, exchange);
    const List recipients = setMail(curl, exchange);
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) return;
    Failure failure{.curlCode = code, .reply = 0, .words = exchange.complaint, .detail = detail, .bodySent = envelope != nullptr && exchange.sent == envelope->content.size()};
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &failure.reply);
    throw failureOf(failure, config, envelope == nullptr ? std::string() : envelope->to);
}

}  // namespace latchkey::smtp
