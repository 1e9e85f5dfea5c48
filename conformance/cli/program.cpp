// SPDX-License-Identifier: MIT
#include "conformance/cli/program.h"

#include <iostream>
#include <system_error>

#include "conformance/cli/target_arguments.h"

namespace aoe::conformance {

int run_program(const std::string& name, const std::function<int()>& work) {
    const auto complain = [&](const std::string& text, int status) {
        std::cerr << name << ": " << text << '\n';
        return status;
    };
    try {
        return work();
    } catch (const UsageError& error) {
        return complain(error.what() + ("; see " + name) + " --help", 2);
    } catch (const CannotBegin& error) {
        return complain(error.what(), 2);
    } catch (const std::system_error& error) {
        return complain(error.what(), 2);
    } catch (const std::exception& error) {
        return complain(error.what(), 4);
    }
}

}  // namespace aoe::conformance
