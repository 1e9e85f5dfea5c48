// SPDX-License-Identifier: MIT
#include "conformance/cli/reported_run.h"

#include <iostream>

#include "conformance/cli/interruption.h"
#include "conformance/cli/run_options.h"
#include "conformance/workers/crew.h"

namespace aoe::conformance {

namespace {

// Every report that was asked for is written, whatever ends the run.
int run_or_give_up(const RunArguments& arguments, Outputs& outputs,
                   const std::function<int(Outputs&)>& run) {
    const auto give_up = [&](const std::exception& error, int status) {
        outputs.give_up(first_info(arguments), error.what(), status);
    };
    try {
        return run(outputs);
    } catch (const TargetFailed& error) {
        give_up(error, 3);
        std::cerr << "aoe-conform: " << error.what() << '\n';
        return status_after_interruptions(3);
    } catch (const UsageError& error) {
        give_up(error, 2);
        throw;
    } catch (const std::invalid_argument& unknown_placeholder) {
        give_up(unknown_placeholder, 2);
        throw UsageError(unknown_placeholder.what());
    } catch (const WorkerRefused& why) {
        give_up(why, 2);
        throw UsageError(why.what());
    } catch (const std::system_error& error) {
        give_up(error, 2);
        throw;
    } catch (const std::exception& error) {
        give_up(error, 4);
        throw;
    }
}

}  // namespace

int status_after_interruptions(int status) {
    if (reader_left()) return reader_left_status;
    return interrupted().load() ? interrupted_status : status;
}

int with_reports(const RunArguments& arguments, const std::function<int(Outputs&)>& run) {
    Outputs outputs(arguments.outputs);
    const int status = run_or_give_up(arguments, outputs, run);
    if (status == reader_left_status) return status;
    std::string failed = outputs.failed();
    if (failed.empty() && !std::cout.flush()) failed = "standard output";
    if (failed.empty()) return status;
    std::cerr << "aoe-conform: " << failed << " could not be written whole\n";
    return 4;
}

}  // namespace aoe::conformance
