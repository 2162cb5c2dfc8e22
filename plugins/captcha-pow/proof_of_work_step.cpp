// SPDX-License-Identifier: Apache-2.0
#include "plugins/captcha-pow/proof_of_work_step.h"

#include "plugins/captcha-pow/embedded_files.h"

namespace latchkey::pow {

std::vector<StepFile> ProofOfWorkStep::files() const {
    std::vector<StepFile> all;
    for (const EmbeddedFile& each : embeddedFiles()) all.push_back({std::string(each.path), std::string(each.content)});
    return all;
}

StepPage ProofOfWorkStep::page(const StepVisit& visit) {
    return {.values = {{"challenge", challenges_.make(visit.registration.id, visit.now)}, {"difficulty", std::to_string(difficulty_)}}, .script = true};
}

StepVerdict ProofOfWorkStep::check(const StepVisit& visit, const StepForm& form) {
    switch (challenges_.judge(form.get("challenge").value_or(""), form.get("number").value_or(""), visit.registration.id, visit.now)) {
    case Challenges::Verdict::wrong: return {StepVerdict::Kind::again, "unsolved", {}};
    case Challenges::Verdict::expired: return {StepVerdict::Kind::again, "expired", {}};
    case Challenges::Verdict::solved: break;
    }
    return {};
}

}  // namespace latchkey::pow
