// SPDX-License-Identifier: MIT
#include "conformance/selftest/mutants.h"

namespace aoe::conformance {

std::vector<Mutant> joined(const std::vector<std::vector<Mutant>>& parts) {
    std::vector<Mutant> all;
    for (const std::vector<Mutant>& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<Mutant> all_mutants() {
    return joined({header_mutants(), announce_mutants(), addressing_mutants(), config_mutants(),
                   config_set_mutants(), ata_mutants(), ata_error_mutants(), identify_mutants(),
                   mask_mutants(), mask_edit_mutants(), reserve_mutants(),
                   reserve_refusal_mutants(), reliability_mutants(), lab_mutants()});
}

}  // namespace aoe::conformance
