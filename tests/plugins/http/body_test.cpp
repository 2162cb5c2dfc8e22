// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/body.h"

using namespace latchkey::http;

namespace {

struct Outcome {
    BodyReader::State state = BodyReader::State::incomplete;
    int status = 0;
    std::string body;
    std::size_t used = 0;
};

Outcome read(const Framing& framing, std::size_t limit, const std::string& bytes, std::size_t step) {
    BodyReader reader(framing, limit);
    Outcome outcome;
    std::string waiting;
    std::size_t given = 0;
    while (outcome.state == BodyReader::State::incomplete && given < bytes.size()) {
        const std::size_t count = std::min(step, bytes.size() - given);
        waiting.append(bytes, given, count);
        given += count;
        std::size_t used = 0;
        outcome.state = reader.feed(waiting, used, outcome.body);
        outcome.used += used;
        waiting.erase(0, used);
    }
    outcome.status = reader.status();
    return outcome;
}

Framing chunked() {
    Framing framing;
    framing.chunked = true;
    return framing;
}

struct Row {
    const char* name;
    std::string bytes;
    int status;        // 0: complete; -1: more is needed
    std::string body;
    std::size_t left;  // bytes of the next request that must stay
};

const std::vector<Row>& rows() {
    static const std::vector<Row> table = {
        {"two chunks", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET", 0, "abcde", 3},
        {"empty", "0\r\n\r\n", 0, "", 0},
        {"capital digits, leading zeros", "00A\r\n0123456789\r\n0\r\n\r\n", 0, "0123456789", 0},
        {"extension", "1;a=b;c=\"d e\"\r\nx\r\n0;z\r\n\r\n", 0, "x", 0},
        {"trailer", "1\r\nx\r\n0\r\nX-T: y\r\n\r\nP", 0, "x", 1},
        {"incomplete data", "5\r\nab", -1, "ab", 0},
        {"no last line", "1\r\nx\r\n0\r\n", -1, "x", 0},
        {"bare LF after the size", "1\nx\r\n0\r\n\r\n", 400, "", 0},
        {"bare LF after the data", "1\r\nx\n0\r\n\r\n", 400, "x", 0},
        {"bare LF at the end", "0\r\n\n", 400, "", 0},
        {"data longer than the size", "1\r\nxy\r\n0\r\n\r\n", 400, "x", 0},
        {"negative", "-1\r\nx\r\n", 400, "", 0},
        {"signed", "+1\r\nx\r\n", 400, "", 0},
        {"prefix", "0x1\r\nx\r\n", 400, "", 0},
        {"empty size", "\r\nx\r\n", 400, "", 0},
        {"blank before the size", " 1\r\nx\r\n", 400, "", 0},
        {"blank after the size", "1 \r\nx\r\n", 400, "", 0},
        {"no digits", "g\r\n", 400, "", 0},
        {"too many digits", "000000001\r\nx\r\n", 400, "", 0},
        {"overflow", "FFFFFFFFFFFFFFFF1\r\nx\r\n", 400, "", 0},
        {"control in an extension", "1;a\x01\r\nx\r\n", 400, "", 0},
        {"CR in an extension", "1;a\rb\r\nx\r\n", 400, "", 0},
        {"long extension", "1;" + std::string(300, 'a') + "\r\nx\r\n", 400, "", 0},
        {"trailer without colon", "0\r\nX\r\n\r\n", 400, "", 0},
        {"folded trailer", "0\r\nX: a\r\n b\r\n\r\n", 400, "", 0},
        {"too large", "65\r\n", 413, "", 0},
        {"too large together", "40\r\n" + std::string(64, 'a') + "\r\n25\r\n", 413, std::string(64, 'a'), 0},
    };
    return table;
}

}  // namespace

class BodyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BodyTest);
    CPPUNIT_TEST(decodesChunks);
    CPPUNIT_TEST(readsByLength);
    CPPUNIT_TEST(refusesALengthBeyondTheLimit);
    CPPUNIT_TEST(boundsExtensionsOfManyChunks);
    CPPUNIT_TEST(boundsTrailers);
    CPPUNIT_TEST_SUITE_END();

    void decodesChunks() {
        for (const Row& row : rows()) {
            for (const std::size_t step : {row.bytes.size(), std::size_t(1), std::size_t(3)}) {
                const std::string name = std::string(row.name) + ", " + std::to_string(step) + " at a time";
                const Outcome outcome = read(chunked(), 100, row.bytes, step);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, row.status > 0 ? row.status : 0, outcome.status);
                CPPUNIT_ASSERT_MESSAGE(name, (outcome.state == BodyReader::State::complete) == (row.status == 0));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, row.body, outcome.body);
                if (row.status == 0) CPPUNIT_ASSERT_EQUAL_MESSAGE(name, row.bytes.size() - row.left, outcome.used);
            }
        }
    }

    void readsByLength() {
        Framing framing;
        framing.length = 5;
        const Outcome outcome = read(framing, 5, "abcdefg", 2);
        CPPUNIT_ASSERT(outcome.state == BodyReader::State::complete);
        CPPUNIT_ASSERT_EQUAL(std::string("abcde"), outcome.body);
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), outcome.used);
    }

    void refusesALengthBeyondTheLimit() {
        Framing framing;
        framing.length = 6;
        CPPUNIT_ASSERT_EQUAL(413, read(framing, 5, "a", 1).status);
    }

    void boundsExtensionsOfManyChunks() {
        std::string bytes;
        for (int i = 0; i < 100; ++i) bytes += "1;" + std::string(200, 'a') + "\r\nx\r\n";
        CPPUNIT_ASSERT_EQUAL(400, read(chunked(), 1000, bytes, 1000).status);
    }

    void boundsTrailers() {
        std::string bytes = "0\r\n";
        for (int i = 0; i < 100; ++i) bytes += "X: " + std::string(200, 'a') + "\r\n";
        CPPUNIT_ASSERT_EQUAL(400, read(chunked(), 1000, bytes, 1000).status);
        CPPUNIT_ASSERT_EQUAL(400, read(chunked(), 1000, "0\r\nX: " + std::string(5000, 'a'), 5005).status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BodyTest);
