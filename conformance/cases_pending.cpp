#include "conformance/case.h"
namespace aoe::conformance {
#if !__has_include("conformance/cases_header.cpp")
std::vector<Case> header_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_config.cpp")
std::vector<Case> config_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_announce.cpp")
std::vector<Case> announce_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_ata.cpp")
std::vector<Case> ata_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_ata_error.cpp")
std::vector<Case> ata_error_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_identify.cpp")
std::vector<Case> identify_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_mask.cpp")
std::vector<Case> mask_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_reserve.cpp")
std::vector<Case> reserve_cases() {
    return {};
}
#endif
#if !__has_include("conformance/cases_reliability.cpp")
std::vector<Case> reliability_cases() {
    return {};
}
#endif
}  // namespace aoe::conformance
