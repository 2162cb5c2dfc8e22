// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/request_head.h"

using namespace latchkey::http;

namespace {

// Scans and parses; 0 is "accepted", -1 "more is needed".
int verdict(const std::string& bytes, Request& request, Framing& framing) {
    HeadScanner scanner;
    switch (scanner.scan(bytes)) {
    case HeadScanner::State::incomplete: return -1;
    case HeadScanner::State::bad: return scanner.status();
    case HeadScanner::State::complete: break;
    }
    return parseHead(std::string_view(bytes).substr(scanner.skipped(), scanner.length() - scanner.skipped()), request, framing);
}

int verdict(const std::string& bytes) {
    Request request;
    Framing framing;
    return verdict(bytes, request, framing);
}

struct Row {
    const char* name;
    std::string bytes;
    int status;
};

std::string with(const std::string& fields) { return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n"; }

const std::vector<Row>& rows() {
    static const std::vector<Row> table = {
        {"plain", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"one empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"incomplete", "GET / HTTP/1.1\r\nHost: a\r\n", -1},
        {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
        {"bare LF as the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
        {"bare CR in a value", with("X: a\rb\r\n"), 400},
        {"CR before CRLF", with("X: a\r\r\n"), 400},
        {"TLS on a plain port", std::string("\x16\x03\x01\x02", 4), 400},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"tab as separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no version", "GET /\r\nHost: a\r\n\r\n", 400},
        {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        {"long version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
        {"version 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"blank after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
        {"method is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"method too long", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"relative target", "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"fragment", "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"raw UTF-8 in the target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"control in the target", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"asterisk for OPTIONS", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"absolute form", "GET http://b.example:80/x HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"absolute form with user", "GET http://u@b/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"absolute form without host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"absolute form of another scheme", "GET ftp://b/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"no Host in 1.0", "GET / HTTP/1.0\r\n\r\n", 0},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", 400},
        {"empty Host", "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400},
        {"Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"Host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        {"Host with blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"Host list", "GET / HTTP/1.1\r\nHost: a, b:1\r\n\r\n", 400},
        {"Host with bad port", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400},
        {"Host with signed port", "GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n", 400},
        {"Host with IPv6", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n", 0},
        {"Host with IPv4 in brackets", "GET / HTTP/1.1\r\nHost: [1.2.3.4]\r\n\r\n", 400},
        {"Host with open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        {"blank before the colon", with("Content-Length : 3\r\n"), 400},
        {"tab before the colon", with("Transfer-Encoding\t: chunked\r\n"), 400},
        {"folded line", with("X: a\r\n b\r\n"), 400},
        {"line begins with a blank", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        {"no colon", with("X\r\n"), 400},
        {"empty name", with(": x\r\n"), 400},
        {"name is no token", with("X(y): z\r\n"), 400},
        {"NUL in a value", with(std::string("X: a\0b\r\n", 8)), 400},
        {"DEL in a value", with("X: a\x7f\r\n"), 400},
        {"obs-text in a value", with("X: \xe4\r\n"), 0},
        {"empty value", with("X:\r\n"), 0},
        {"length", with("Content-Length: 5\r\n"), 0},
        {"length twice, equal", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        {"length twice, different", with("Content-Length: 5\r\ncontent-length: 6\r\n"), 400},
        {"length list", with("Content-Length: 5, 5\r\n"), 400},
        {"negative length", with("Content-Length: -5\r\n"), 400},
        {"signed length", with("Content-Length: +5\r\n"), 400},
        {"hexadecimal length", with("Content-Length: 0x5\r\n"), 400},
        {"empty length", with("Content-Length:\r\n"), 400},
        {"fractional length", with("Content-Length: 5.0\r\n"), 400},
        {"huge length", with("Content-Length: 99999999999999999999\r\n"), 400},
        {"chunked", with("Transfer-Encoding: chunked\r\n"), 0},
        {"chunked in capitals", with("Transfer-Encoding: CHUNKED\r\n"), 0},
        {"length and chunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"chunked and length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        {"zero length and chunked", with("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"chunked twice in a list", with("Transfer-Encoding: chunked, chunked\r\n"), 400},
        {"chunked twice as fields", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"identity", with("Transfer-Encoding: identity\r\n"), 400},
        {"gzip, chunked", with("Transfer-Encoding: gzip, chunked\r\n"), 400},
        {"chunked, gzip", with("Transfer-Encoding: chunked, gzip\r\n"), 400},
        {"chunked with a vertical tab", with("Transfer-Encoding: \x0b" "chunked\r\n"), 400},
        {"xchunked", with("Transfer-Encoding: xchunked\r\n"), 400},
        {"quoted chunked", with("Transfer-Encoding: \"chunked\"\r\n"), 400},
        {"empty coding", with("Transfer-Encoding:\r\n"), 400},
        {"chunked in 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"unknown expectation", with("Expect: tea\r\n"), 417},
        {"expectation", with("Expect: 100-Continue\r\n"), 0},
        {"Connection is no token list", with("Connection: a b\r\n"), 400},
        {"long target", "GET /" + std::string(17 * 1024, 'a'), 414},
        {"long target, complete", "GET /" + std::string(17 * 1024, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {"long field", with("X: " + std::string(33 * 1024, 'a') + "\r\n"), 431},
        {"long field, incomplete", "GET / HTTP/1.1\r\nX: " + std::string(33 * 1024, 'a'), 431},
    };
    return table;
}

}  // namespace

class RequestHeadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestHeadTest);
    CPPUNIT_TEST(judgesEveryRow);
    CPPUNIT_TEST(judgesTheSameByteByByte);
    CPPUNIT_TEST(refusesMoreThanAHundredFields);
    CPPUNIT_TEST(splitsTheTarget);
    CPPUNIT_TEST(takesTheHostOfAnAbsoluteTarget);
    CPPUNIT_TEST(decidesAboutKeepAlive);
    CPPUNIT_TEST(trimsValuesAndKeepsThemOtherwise);
    CPPUNIT_TEST_SUITE_END();

    void judgesEveryRow() {
        for (const Row& row : rows()) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, row.status, verdict(row.bytes));
    }

    // However the bytes arrive, the verdict is the same, and never later than with the last of them.
    void judgesTheSameByteByByte() {
        for (const Row& row : rows()) {
            if (row.bytes.size() > 2000) continue;
            HeadScanner scanner;
            auto state = HeadScanner::State::incomplete;
            std::size_t length = 0;
            while (state == HeadScanner::State::incomplete && length < row.bytes.size()) state = scanner.scan(std::string_view(row.bytes).substr(0, ++length));
            int status = -1;
            if (state == HeadScanner::State::bad) status = scanner.status();
            Request request;
            Framing framing;
            if (state == HeadScanner::State::complete) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, length, scanner.length());
                status = parseHead(std::string_view(row.bytes).substr(scanner.skipped(), length - scanner.skipped()), request, framing);
            }
            CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, row.status, status);
        }
    }

    void refusesMoreThanAHundredFields() {
        std::string fields;
        for (int i = 0; i < 99; ++i) fields += "X: y\r\n";
        CPPUNIT_ASSERT_EQUAL(0, verdict(with(fields)));
        CPPUNIT_ASSERT_EQUAL(431, verdict(with(fields + "X: y\r\n")));
    }

    void splitsTheTarget() {
        Request request;
        Framing framing;
        CPPUNIT_ASSERT_EQUAL(0, verdict("GET /a%20b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\n", request, framing));
        CPPUNIT_ASSERT_EQUAL(std::string("/a%20b"), request.path);
        CPPUNIT_ASSERT_EQUAL(std::string("c=d?e"), request.queryString);
        CPPUNIT_ASSERT_EQUAL(std::string("/a%20b?c=d?e"), request.target);
    }

    void takesTheHostOfAnAbsoluteTarget() {
        Request request;
        Framing framing;
        CPPUNIT_ASSERT_EQUAL(0, verdict("GET https://b.example?q HTTP/1.1\r\nHost: a\r\n\r\n", request, framing));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), request.path);
        CPPUNIT_ASSERT_EQUAL(std::string("q"), request.queryString);
        CPPUNIT_ASSERT(request.headers.get("host") == "b.example");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), request.headers.all("Host").size());
    }

    void decidesAboutKeepAlive() {
        const auto keeps = [](const std::string& version, const std::string& connection) {
            Request request;
            Framing framing;
            verdict("GET / HTTP/" + version + "\r\nHost: a\r\n" + connection + "\r\n", request, framing);
            return framing.keepAlive;
        };
        CPPUNIT_ASSERT(keeps("1.1", ""));
        CPPUNIT_ASSERT(!keeps("1.1", "Connection: close\r\n"));
        CPPUNIT_ASSERT(!keeps("1.1", "Connection: upgrade, Close\r\n"));
        CPPUNIT_ASSERT(!keeps("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
        CPPUNIT_ASSERT(!keeps("1.0", ""));
        CPPUNIT_ASSERT(keeps("1.0", "Connection: Keep-Alive\r\n"));
    }

    void trimsValuesAndKeepsThemOtherwise() {
        Request request;
        Framing framing;
        CPPUNIT_ASSERT_EQUAL(0, verdict(with("X: \t a b\t \r\n"), request, framing));
        CPPUNIT_ASSERT(request.headers.get("x") == "a b");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(RequestHeadTest);
