# SPDX-License-Identifier: MIT
"""Runs the tests of faults for as long as one wants, and says of each in a line what came out."""

import argparse
import collections
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SKIP = 77
EXAMPLES = """
Each test runs in a network, with mounts and processes, of its own: nothing of it stays, however it
ends. What it prints is kept in BUILD/soak/NAME.log. Ctrl-C ends the run, and what is running.

Exit status: 0 when all that could run passed; 1 when something did not; 2 for a wrong command
line; 130 after Ctrl-C.
"""

# weight: its share of the time, or 0 when it ends by itself.
Test = collections.namedtuple("Test", "name weight sentence words")
TESTS = (
    Test("memory", 3, "power lost in memory, with a configuration file",
         ("tests/power_loss_test", "PowerLossTest.TheDaemon*")),
    Test("memory-plain", 1, "power lost in memory, with a command line",
         ("tests/power_loss_test", "PowerLossTest.ThePlainTarget*")),
    *(Test(f"cache-{way.lower()}", 1, f"a disk that loses its cache: {words}",
           ("tests/fault_live_test", f"*KeepsWhatWasFlushed/{way}"))
      for way, words in (("Ring", "io_uring"), ("Threads", "threads"), ("Direct", "direct"),
                         ("Sync", "sync"), ("SyncThreads", "sync, threads"))),
    Test("guest", 6, "a guest that loses its power",
         ("tests/guest_power_test", "GuestPowerTest.*")),
    Test("kill", 3, "killed while its state changes", ("tests/fault_live_test", "KillTest.*")),
    Test("errors", 1, "a disk with bad sectors",
         ("tests/fault_live_test", "FailingDiskTest.ErrorsAre*")),
    Test("vanish", 2, "a disk that comes and goes",
         ("tests/fault_live_test", "FailingDiskTest.AVanishing*")),
    Test("flap", 1, "a link that flaps",
         ("tests/fault_live_test", "DaemonLiveTest.ALinkThatFlapsUnderLoad*")),
    Test("flood", 1, "a flood of frames", ("tests/flood_live_test", "FloodTest.*")),
    Test("simulator", 2, "initiators on a simulated network",
         ("tests/simulator_test", "Soak.*")),
    *(Test(f"nbd-{target}-{what}", 1, f"fio by way of nbdkit, {words}, {target}",
           ("initiator/nbdkit/live_test.py", what, target))
      for target in ("aoe-target", "vblade")
      for what, words in (("fio", "verified"), ("loss", "1 % of frames lost"))),
    Test("hostile", 0, "a million hostile frames", ("hostile_frames.py", "1000000")),
)


def words_of(test, build):
    """The command that runs it."""
    program, argument = test.words[0], test.words[1]
    if program.startswith("initiator/"):
        return [sys.executable, "-B", str(HERE.parents[1] / program), str(build), *test.words[1:]]
    if program.endswith(".py"):
        return [sys.executable, "-B", str(HERE / program), str(build / "bin"), argument]
    return [str(build / program), f"--gtest_filter={argument}"]


def own_world():
    """The words that start a command with a network, mounts and processes of its own, which end
    with us."""
    users = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["setpriv", "--pdeathsig", "KILL", "unshare", *users, "--net", "--mount", "--pid",
            "--fork", "--kill-child=KILL", "--mount-proc"]


class Line:
    """What is going on, on a terminal; nothing elsewhere."""

    def __init__(self):
        self._is_terminal = sys.stdout.isatty()

    def show(self, text):
        """In place of what was shown before."""
        if self._is_terminal:
            print(f"\r\033[K{text}", end="", flush=True)

    def tell(self, text):
        """For good."""
        self.show("")
        print(text, flush=True)


def outcome(status, said):
    """Verdict and sentence."""
    results = [line.removeprefix("soak: ") for line in said.splitlines()
               if line.startswith("soak: ")]
    skipped = "[  SKIPPED ]" in said or status == SKIP
    if status != 0 and status != SKIP:
        return "fail", f"exit status {status}"
    if skipped:
        reasons = [line for line in said.splitlines() if "needs " in line or "no right" in line]
        return "skip", reasons[-1].strip() if reasons else "cannot run here"
    return ("pass", "; ".join(results)) if results else ("fail", "it did not run")


def run(test, build, seconds, seed, line, before):
    """One test; its verdict."""
    log = build / "soak" / f"{test.name}.log"
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aoe-soak-") as scratch, open(log, "wb") as output:
        environment = {**os.environ, "TMPDIR": scratch, "AOE_SOAK_SECONDS": str(seconds),
                       "AOE_SOAK_SEED": str(seed)}
        words = words_of(test, build)
        with subprocess.Popen([*own_world(), *words], stdout=output, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, env=environment,
                              start_new_session=True) as running:
            try:
                while running.poll() is None:
                    passed = round(time.monotonic() - begun)
                    limit = f" of {seconds}" if test.weight else ""
                    line.show(f"{before} {test.sentence}: {passed}{limit} s")
                    time.sleep(0.2)
            finally:
                running.kill()  # And all that it has started.
    said = log.read_text(errors="replace")
    verdict, sentence = outcome(running.returncode, said)
    passed = round(time.monotonic() - begun)
    line.tell(f"{verdict}  {test.name} ({test.sentence}), {passed} s: {sentence}")
    if verdict == "fail":
        print("\n".join("      " + each for each in said.splitlines()[-30:]))
        print(f"      all of it: {log}\n      again: AOE_SOAK_SEED={seed} "
              f"AOE_SOAK_SECONDS={seconds} {' '.join(words)}", flush=True)
    return verdict


def options(words):
    """The command line, parsed."""
    parser = argparse.ArgumentParser(
        prog="run soak", description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=10, metavar="N",
                        help="for all tests together, about (default %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), metavar="N",
                        help="of what is left to chance (default: the time)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="tests to run, in place of all: " +
                        ", ".join(test.name for test in TESTS))
    chosen = parser.parse_args(words)
    if chosen.minutes <= 0 or chosen.seed <= 0:
        parser.error("--minutes and --seed are larger than 0")
    known = {test.name for test in TESTS}
    for name in chosen.names:
        if name not in known:
            parser.error(f"there is no test '{name}'; --help lists them")
    return chosen


def main(words):
    """The exit status."""
    chosen = options(words)
    tests = [test for test in TESTS if not chosen.names or test.name in chosen.names]
    share = chosen.minutes * 60 / max(1, sum(test.weight for test in tests))
    (chosen.build / "soak").mkdir(parents=True, exist_ok=True)
    line, verdicts = Line(), collections.Counter()
    print(f"{len(tests)} tests, about {chosen.minutes:g} minutes, seed {chosen.seed}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for number, test in enumerate(tests, 1):
            seconds = max(1, round(test.weight * share))
            verdicts[run(test, chosen.build, seconds, chosen.seed, line,
                         f"[{number}/{len(tests)}]")] += 1
    except KeyboardInterrupt:
        line.tell("interrupted")
        return 130
    print(f"{verdicts['pass']} passed, {verdicts['fail']} failed"
          + (f", {verdicts['skip']} skipped" if verdicts["skip"] else ""))
    return 1 if verdicts["fail"] or not verdicts["pass"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
