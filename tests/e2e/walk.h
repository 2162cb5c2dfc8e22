// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/http_client.h"

#include <string>
#include <utility>
#include <vector>

namespace latchkey::e2e {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// A request, and what has to come back.
struct Row {
    std::string name;  ///< what the row is about: stands in the message of a failure
    std::string method, path;
    HeaderList headers;
    std::string body;
    int status = 200;
    std::string error;    ///< of an OAuth error; empty: none
    HeaderList expected;  ///< beginnings of headers' values, names in lower case; "" as a value: the header must not be there
};

/// Sends the requests of all rows over one listener and collects everything that differs: one line a row, empty if all is well.
std::string walk(int port, const std::vector<Row>& rows);

/// A POST of a form; `basic` is `client:secret`, or empty.
Row form(std::string name, std::string path, std::string body, int status, std::string error = {}, const std::string& basic = {});

}  // namespace latchkey::e2e
