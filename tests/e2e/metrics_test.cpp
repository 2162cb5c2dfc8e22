// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/server.h"

namespace latchkey::e2e {

/// What dashboards that were made for MAS ask for.
class MetricsTest : public ServerFixture {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(hasTheNamesOfTheReference);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kNames[] = {
        "http_server_duration_count{mas_listener_name=", "http_server_active_requests{mas_listener_name=",
        "db_connections_usage{state=\"idle\"}", "db_connections_usage{state=\"used\"}", "db_connections_max ",
        "mas_activity_tracker_pending_records ",
        "mas_oauth2_token_request_total{grant_type=\"refresh_token\",successful=\"success\"}", "mas_oauth2_token_request_total{grant_type=\"refresh_token\",successful=\"error\"}",
        "mas_oauth2_introspection_request_total{kind=\"oauth2_access_token\",active=\"true\"}", "mas_oauth2_introspection_request_total{kind=\"compat_access_token\",active=\"true\"}",
        "mas_oauth2_introspection_request_total{kind=\"personal_access_token\",active=\"true\"}", "mas_oauth2_registration_request_total{result=\"reused\"}",
        "mas_compat_login_request_total{type=\"m.login.token\",result=\"success\"}", "mas_compat_logout_request_total{result=\"error\"}",
        "mas_compat_logout_all_request_total{result=\"not_supported\"}",
        "mas_user_password_login_attempt_total{result=\"mismatch\"}", "mas_user_password_registration_total ",
        "process_cpu_time_seconds_total ", "process_memory_usage_bytes ", "process_memory_virtual_bytes ", "process_thread_count ", "process_open_file_descriptor_count "};

    void hasTheNamesOfTheReference() {
        Database& database = Database::shared();
        directory().write("config.yaml", configuration(database.uri(database.create())) + "telemetry: {metrics: {exporter: prometheus}}\n");
        const auto server = started();
        test::HttpClient client(port());
        std::string text;
        const auto complete = [&] {  // the worker of jobs comes a little later
            text = "\n" + client.get("/metrics")->body;
            return text.find("\njob_worker_wakeups_total{reason=") != std::string::npos;
        };
        CPPUNIT_ASSERT_MESSAGE(text, test::eventually(complete, kLong));
        for (const char* name : kNames) requireHolds(text, std::string("\n") + name);
        stop(*server);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace latchkey::e2e
