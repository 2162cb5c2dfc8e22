// SPDX-License-Identifier: Apache-2.0
#include "plugins/email-smtp/failure.h"

#include <algorithm>
#include <curl/curl.h>

namespace latchkey::smtp {

namespace {

bool isCertificate(int code) { return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR; }
bool isTls(int code) { return code == CURLE_SSL_CONNECT_ERROR || code == CURLE_USE_SSL_FAILED; }
bool isLogin(const Failure& failure) {
    return failure.curlCode == CURLE_LOGIN_DENIED || failure.reply == 530 || failure.reply == 534 || failure.reply == 535 || failure.reply == 538;
}

// RFC 5321 §4.2.1, but only where the server has spoken about this mail: 5xx at the greeting is about us.
bool isRefusal(const Failure& failure) {
    const bool aboutTheMail = failure.curlCode == CURLE_SEND_ERROR || failure.bodySent;
    return aboutTheMail && failure.reply >= 500 && failure.reply <= 599 && !isLogin(failure);
}

// A server may repeat the address; who reads logs need not know it.
std::string quoted(std::string words, const std::string& recipient) {
    constexpr std::size_t kMost = 200;
    for (std::size_t at = words.find(recipient); !recipient.empty() && at != std::string::npos; at = words.find(recipient, at)) words.replace(at, recipient.size(), "…");
    std::replace_if(words.begin(), words.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return words.substr(0, kMost);
}

std::string reasonOf(const Failure& failure, const std::string& recipient) {
    if (failure.curlCode == CURLE_ABORTED_BY_CALLBACK) return "the server stops";
    if (isCertificate(failure.curlCode)) return "its certificate cannot be trusted: " + quoted(failure.detail, recipient);
    if (failure.curlCode == CURLE_USE_SSL_FAILED) return "it does not offer STARTTLS";
    if (isLogin(failure)) return "it refused the log-in: " + quoted(failure.words, recipient);
    if (failure.curlCode == CURLE_OPERATION_TIMEDOUT) return "no answer in time";
    if (failure.reply >= 400) return "it said: " + quoted(failure.words, recipient);
    return quoted(failure.detail.empty() ? curl_easy_strerror(static_cast<CURLcode>(failure.curlCode)) : failure.detail, recipient);
}

std::string cureOf(const Failure& failure, const SmtpConfig& config) {
    const std::string starttls = config.mode == Mode::starttls ? "-starttls smtp " : "";
    if (isCertificate(failure.curlCode)) return "email.hostname must be a name in the certificate; if a private authority signed it, name that in the environment: SSL_CERT_FILE=/path/ca.pem. Look with: openssl s_client " + starttls + "-connect " + config.where();
    if (isTls(failure.curlCode)) return "email.mode and email.port do not fit the server: usual are plain 25, starttls 587, tls 465";
    if (isLogin(failure)) return "correct email.username and email.password";
    if (failure.reply >= 400) return "the mail server's log says why";
    return "is email.hostname right, and does a firewall let this machine reach it? Try: nc -vz " + config.hostname + ' ' + std::to_string(config.port);
}

}  // namespace

MailError failureOf(const Failure& failure, const SmtpConfig& config, const std::string& recipient) {
    const auto kind = isRefusal(failure) ? MailError::Kind::permanent : MailError::Kind::temporary;
    return MailError("mail server " + config.where() + ": " + reasonOf(failure, recipient), kind, cureOf(failure, config));
}

}  // namespace latchkey::smtp
