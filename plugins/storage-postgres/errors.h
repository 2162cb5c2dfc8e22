// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

struct pg_conn;
struct pg_result;

namespace latchkey::pg {

struct ServerError;  // connection.h

/// What a failed result says; without a result, or one without SQLSTATE, what the connection says.
ServerError serverError(const pg_result* result, const pg_conn* connection);

/// Throws the type of domain/store.h that belongs to the SQLSTATE; an empty one is a lost connection. The message holds `query`,
/// the server's primary message and the code, never a parameter.
[[noreturn]] void throwServerError(const ServerError& error, std::string_view query);

}  // namespace latchkey::pg
