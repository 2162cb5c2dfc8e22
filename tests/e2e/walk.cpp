// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/walk.h"

#include "domain/crypto/encoding.h"

namespace latchkey::e2e {

namespace {

std::string text(const Row& row) {
    std::string request = row.method + " " + row.path + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : row.headers) request += name + ": " + value + "\r\n";
    if (!row.body.empty() || row.method == "POST") request += "Content-Length: " + std::to_string(row.body.size()) + "\r\n";
    return request + "\r\n" + row.body;
}

std::string errorOf(const test::HttpReply& reply) {
    constexpr std::string_view kBefore = "{\"error\":\"";
    if (!reply.body.starts_with(kBefore)) return {};
    return reply.body.substr(kBefore.size(), reply.body.find('"', kBefore.size()) - kBefore.size());
}

std::string differences(const Row& row, const test::HttpReply& reply) {
    std::string found;
    if (reply.status != row.status) found += " status " + std::to_string(reply.status) + " instead of " + std::to_string(row.status) + ";";
    if (errorOf(reply) != row.error) found += " error `" + errorOf(reply) + "` instead of `" + row.error + "`;";
    for (const auto& [name, value] : row.expected) {
        const std::string is = reply.header(name);
        if (value.empty() ? !is.empty() : !is.starts_with(value)) found += " " + name + " `" + is + "` instead of `" + value + "`;";
    }
    return found;
}

}  // namespace

std::string walk(int port, const std::vector<Row>& rows) {
    std::string all;
    for (const Row& row : rows) {
        test::HttpClient client(port);
        if (!client.connect() || !client.send(text(row))) return all + row.name + ": no connection\n";
        const auto reply = client.receive(row.method == "HEAD");
        const std::string found = reply ? differences(row, *reply) : " no answer;";
        if (!found.empty()) all += row.name + " (" + row.method + " " + row.path + "):" + found + (reply ? " " + reply->body.substr(0, 200) : "") + "\n";
    }
    return all;
}

Row form(std::string name, std::string path, std::string body, int status, std::string error, const std::string& basic) {
    Row row{.name = std::move(name), .method = "POST", .path = std::move(path), .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}, .body = std::move(body), .status = status, .error = std::move(error), .expected = {}};
    if (!basic.empty()) row.headers.emplace_back("Authorization", "Basic " + base64(basic));
    row.expected = {{"cache-control", "no-store"}, {"access-control-allow-origin", "*"}};
    if (!row.error.empty()) row.expected.emplace_back("content-type", "application/json");
    if (status == 401) row.expected.emplace_back("www-authenticate", basic.empty() ? "" : "Basic realm=");
    return row;
}

}  // namespace latchkey::e2e
