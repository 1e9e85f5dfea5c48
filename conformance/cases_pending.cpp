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
#if !__has_include("conformance/cases_reliability.cpp")
std::vector<Case> reliability_cases() {
    return {};
}
#endif
}  // namespace aoe::conformance
