// SPDX-License-Identifier: Apache-2.0
#include "kernel/metrics.h"

#include <cppunit/extensions/HelperMacros.h>

#include <limits>

namespace latchkey {

class MetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(writesThePrometheusFormat);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesThePrometheusFormat() {
        MetricsWriter writer;
        writer.metric("latchkey_x_total", MetricsWriter::Type::counter, "A\nB \\");
        writer.sample("latchkey_x_total", 3, {{"path", "a\"b\\c\nd"}, {"n", "1"}});
        writer.metric("latchkey_y_seconds", MetricsWriter::Type::gauge, "y");
        writer.sample("latchkey_y_seconds", 0.25);
        writer.sample("latchkey_y_seconds", std::numeric_limits<double>::infinity());
        CPPUNIT_ASSERT_EQUAL(std::string("# HELP latchkey_x_total A\\nB \\\\\n# TYPE latchkey_x_total counter\n"
                                         "latchkey_x_total{path=\"a\\\"b\\\\c\\nd\",n=\"1\"} 3\n"
                                         "# HELP latchkey_y_seconds y\n# TYPE latchkey_y_seconds gauge\nlatchkey_y_seconds 0.25\nlatchkey_y_seconds +Inf\n"),
                             writer.text());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace latchkey
