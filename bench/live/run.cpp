// SPDX-License-Identifier: MIT
#include "bench/live/run.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <system_error>
#include <unistd.h>

#include <sys/utsname.h>

#include "bench/live/plan.h"
#include "bench/live/report.h"
#include "bench/live/side_process.h"
#include "conformance/cli/interruption.h"

namespace aoe::bench {
namespace {

enum ExitStatus { measured = 0, spoiled = 1, lost = 3, our_error = 4, stopped = 130 };

bool interrupted() {
    return conformance::interrupted().load();
}

std::string machine() {
    utsname system{};
    ::uname(&system);
    std::string processor = "unknown processor";
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            processor = line.substr(colon + 2);
            break;
        }
    }
    return fmt::format("{}, {} cores, {} {} {}", processor, ::sysconf(_SC_NPROCESSORS_ONLN),
                       system.sysname, system.release, system.machine);
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

class Run {
public:
    explicit Run(const BenchArguments& arguments)
        : arguments_(arguments),
          jobs_(plan_jobs(arguments)),
          outputs_(plan_outputs(arguments)),
          plans_(plan_sides(arguments)) {}

    int run() {
        conformance::catch_interruptions();
        start_sides();
        int status = measure();
        for (SideProcess& side : sides_) {
            const std::string left = side.finish();
            if (left.empty()) continue;
            std::cerr << "aoe-bench: " << left << '\n';
            status = lost;
        }
        if (!report_.measurements.empty()) status = write_reports(status);
        if (interrupted() && status != lost) return stopped;
        return status;
    }

private:
    void start_sides() {
        report_ = {.version = arguments_.version,
                   .command = arguments_.command,
                   .date = today(),
                   .machine = machine(),
                   .targets = {},
                   .measurements = {},
                   .cut_short = {}};
        for (const SideOptions& plan : plans_) {
            sides_.emplace_back(plan, jobs_);
            report_.targets.push_back(
                {.how = plan.start ? plan.start->command : plan.session.interface,
                 .started = plan.start.has_value(),
                 .facts = sides_.back().facts()});
        }
    }

    int measure() {
        for (const Job& job : jobs_) {
            Measurement measurement{.job = job,
                                    .asked_outstanding = job.outstanding,
                                    .sides = std::vector<Series>(sides_.size())};
            for (const SideProcess& side : sides_) {
                measurement.job.outstanding =
                    std::min(measurement.job.outstanding, side.facts().most_outstanding);
            }
            try {
                take_turns(measurement);
            } catch (const SideLost& why) {
                report_.cut_short = why.what();
            }
            if (interrupted()) report_.cut_short = "interrupted";
            if (!measurement.sides.front().runs.empty()) {
                report_.measurements.push_back(std::move(measurement));
            }
            if (!report_.cut_short.empty()) break;
        }
        end_progress();
        if (!report_.cut_short.empty() && !interrupted()) {
            std::cerr << "aoe-bench: " << report_.cut_short << '\n';
            return lost;
        }
        return is_spoiled() ? spoiled : measured;
    }

    /// Each run of one side is followed by one of the other, so that what slows the machine for a
    /// while slows both. Throws SideLost; what was measured until then is kept.
    void take_turns(Measurement& measurement) {
        for (unsigned run = 0; run < arguments_.runs; ++run) {
            for (std::size_t i = 0; i < sides_.size(); ++i) {
                if (interrupted()) return;
                show_progress(measurement.job);
                const Sample sample = sides_[i].run(measurement.job);
                ++done_;
                if (!interrupted()) measurement.sides[i].runs.push_back(sample);
            }
        }
    }

    bool is_spoiled() const {
        for (const Measurement& measurement : report_.measurements) {
            for (const Series& series : measurement.sides) {
                const LoadResult all = series.sum();
                if (all.wrong + all.refused > 0) return true;
            }
        }
        return false;
    }

    void show_progress(const Job& job) const {
        if (!terminal_) return;
        const std::size_t all = jobs_.size() * arguments_.runs * sides_.size();
        const double left =
            static_cast<double>(all - done_) * (arguments_.seconds + arguments_.warm_up_s);
        std::cerr << fmt::format("\r\033[K{}/{} {}, about {:.0f} s left", done_ + 1, all,
                                 job_name(job), left)
                  << std::flush;
    }
    void end_progress() const {
        if (terminal_) std::cerr << "\r\033[K" << std::flush;
    }

    int write_reports(int status) const {
        bool text_wanted = true;
        for (const OutputFile& output : outputs_) {
            const std::string text =
                output.format == "json" ? report_json(report_) : report_html(report_);
            if (output.path == "-") {
                std::cout << text << std::flush;
                text_wanted = false;
                continue;
            }
            std::ofstream file(output.path);
            file << text << std::flush;
            if (file) continue;
            std::cerr << fmt::format("aoe-bench: {} could not be written whole\n", output.path);
            status = our_error;
        }
        if (text_wanted) std::cout << report_text(report_) << std::flush;
        return std::cout ? status : int{our_error};
    }

    BenchArguments arguments_;
    std::vector<Job> jobs_;
    std::vector<OutputFile> outputs_;
    std::vector<SideOptions> plans_;
    std::vector<SideProcess> sides_;
    Report report_;
    std::size_t done_ = 0;
    bool terminal_ = ::isatty(STDERR_FILENO) == 1;
};

}  // namespace

int run_bench(const BenchArguments& arguments) {
    try {
        return Run(arguments).run();
    } catch (const SideLost& why) {
        std::cerr << "aoe-bench: " << why.what() << '\n';
        return interrupted() ? stopped : lost;
    } catch (const std::invalid_argument& why) {
        throw UsageError(why.what());
    }
}

}  // namespace aoe::bench
