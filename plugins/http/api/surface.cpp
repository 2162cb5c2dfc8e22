// SPDX-License-Identifier: Apache-2.0
#include "plugins/http/api/surface.h"

namespace latchkey::http {

Surface::~Surface() = default;

Response Surface::renderProblem(const Problem& problem) const { return text(problem.status, problem.title + "\n"); }

bool Surface::hasPages() const { return false; }

HttpError::HttpError(int status, std::string title, const std::string& detail)
    : Error(detail.empty() ? title : title + ": " + detail), status_(status), title_(std::move(title)) {}

HttpError::~HttpError() = default;

}  // namespace latchkey::http
