// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

struct pg_conn;

namespace Poco::Data {
class Session;
}

namespace latchkey::pg {

struct ConnectOptions;

/// What a Connection stands on: a Poco::Data::PostgreSQL session, so that code may use Poco::Data on a pooled connection. Its
/// connector cannot carry every value (blanks in a name, a line break in a password); for those libpq alone serves, and there is
/// no Poco session. driver_session.cpp is the one file that includes Poco/Data.
class DriverSession {
public:
    /// Throws StorageDown or StorageBusy with a diagnosis.
    explicit DriverSession(const ConnectOptions& options);
    ~DriverSession();
    DriverSession(const DriverSession&) = delete;
    DriverSession& operator=(const DriverSession&) = delete;

    pg_conn* raw() const noexcept { return connection_; }
    Poco::Data::Session* poco() const noexcept { return session_.get(); }

private:
    void openSession(const ConnectOptions& options, const std::string& text);
    void openPlain(const ConnectOptions& options);

    std::unique_ptr<Poco::Data::Session> session_;
    pg_conn* connection_ = nullptr;
};

/// The connection string for Poco's connector; nothing if it cannot carry a value.
std::optional<std::string> pocoConnectionString(const ConnectOptions& options);

}  // namespace latchkey::pg
