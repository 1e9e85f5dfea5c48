# SPDX-License-Identifier: MIT
"""Reports of real runs: check_live.py PROGRAM TARGET.

Live reports are what render writes later, all are there whatever ends the run, and what a killed
run leaves can be read.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import inputs

FORMATS = ("junit", "html", "tap", "markdown")
problems = []


def expect(true, complaint):
    if not true:
        problems.append(complaint)


class Program:
    def __init__(self, program, target, folder):
        self.program, self.folder = program, folder
        self.start = ["--start", f"'{target}' {{shelf}} {{slot}} {{iface}} {{file}}"]

    def run(self, *words):
        return subprocess.run([self.program, *words], check=False, capture_output=True,
                              encoding="utf-8", cwd=self.folder)

    def outputs(self, name):
        words = ["-o", f"json={name}.jsonl"]
        for kind in FORMATS:
            words += ["-o", f"{kind}={name}.{kind}"]
        return words

    def same_as_rendered(self, name):
        for kind in FORMATS:
            again = self.run("render", f"{name}.jsonl", "--as", kind)
            live = (self.folder / f"{name}.{kind}").read_text()
            expect(again.returncode == 0 and again.stdout == live, f"{name}: {kind} differs")


def check_whole_run(program):
    ended = program.run(*program.start, "--tests", "cfg.*", *program.outputs("whole"))
    if "a private network needs" in ended.stderr:
        inputs.give_up("net", ended.stderr)
    expect(ended.returncode == 0, f"the run ended with {ended.returncode}: {ended.stderr}")
    program.same_as_rendered("whole")
    to_file = program.run("render", "whole.jsonl", "--as", "html", "--output", "again.html")
    expect(to_file.returncode == 0 and (program.folder / "again.html").read_text() ==
           (program.folder / "whole.html").read_text(), "render --output differs")
    streamed = program.run(*program.start, "--tests", "cfg.*", "-o", "tap=-")
    expect(streamed.stdout.startswith("TAP version 13\n"), "the console is on standard output too")


def check_down(program):
    for name, words, status, sentence in (
            ("down", ["--start", "echo cannot find my disk >&2; exit 7"], 3, "cannot find my disk"),
            ("nowhere", ["--iface", "nosuch", "--shelf", "1"], 2, "nosuch"),
            ("nothing", [*program.start, "--tests", "nosuch.case"], 2, "nosuch.case")):
        for kind in FORMATS:
            (program.folder / f"{name}.{kind}").write_text("of an earlier run")
        ended = program.run(*words, *program.outputs(name))
        expect(ended.returncode == status, f"{name} ended with {ended.returncode}: {ended.stderr}")
        for kind in FORMATS:
            report = (program.folder / f"{name}.{kind}").read_text()
            expect(sentence in report, f"{name}: {kind} does not say '{sentence}'")
        program.same_as_rendered(name)
        expect("<error message=" in (program.folder / f"{name}.junit").read_text(), name)
        expect("\nBail out!" in (program.folder / f"{name}.tap").read_text(), name)


def check_killed(program):
    file = program.folder / "killed.jsonl"
    run = subprocess.Popen([program.program, *program.start, "--repeat", "100000", "--tests",
                            "cfg.read*", "-o", "json=killed.jsonl"], cwd=program.folder,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while time.monotonic() < until and (not file.exists() or file.stat().st_size < 20_000):
        time.sleep(0.01)
    run.kill()
    run.wait()
    rendered = program.run("render", "killed.jsonl", "--as", "markdown")
    if rendered.returncode == 2 and "ends in the middle" in rendered.stderr:
        # The kernel cut the last line: what is before it is whole.
        whole = file.read_text().rpartition("\n")[0] + "\n"
        file.write_text(whole)
        rendered = program.run("render", "killed.jsonl", "--as", "markdown")
    expect(rendered.returncode == 0 and "cut short" in rendered.stdout, rendered.stderr)
    expect("cut short" in rendered.stderr, "render does not say that the run was cut short")
    expect(file.read_text().count("\n") > 20, "nothing was left of a killed run")


def check_wrong_words(program):
    for words, sentence in (
            (["-o", "json=-", "-o", "tap=-"], "two reports cannot both go to standard output"),
            (["-o", "tap=x", "-o", "junit=x"], "two reports cannot both go to x"),
            (["-o", "pdf=x"], "not 'pdf=x'"), (["-o", "tap="], "not 'tap='"),
            (["-o", "html=/nosuch/x"], "cannot write /nosuch/x: No such file or directory")):
        ended = program.run(*program.start, *words)
        expect(ended.returncode == 2 and sentence in ended.stderr, f"{words}: {ended.stderr}")
    (program.folder / "cut.jsonl").write_text(
        (program.folder / "whole.jsonl").read_text()[:-40])
    for words in (["render", "cut.jsonl", "--as", "tap"], ["diff", "whole.jsonl", "cut.jsonl"],
                  ["diff", "whole.jsonl", "nosuch.jsonl"]):
        ended = program.run(*words)
        expect(ended.returncode == 2 and ended.stderr.count("\n") == 1 and not ended.stdout,
               f"{words} ended with {ended.returncode}: {ended.stderr}")
    full = program.run("render", "whole.jsonl", "--as", "tap", "--output", "/dev/full")
    expect(full.returncode == 4 and "/dev/full" in full.stderr, f"/dev/full: {full.stderr}")


def check_diff(program):
    old, new = inputs.GOLDEN / "older.jsonl", inputs.GOLDEN / "results.jsonl"
    expect(program.run("diff", old, new).returncode == 0, "diff fails without being asked to")
    expect(program.run("diff", old, new, "--fail-on=regression").returncode == 1,
           "a regression is no failure")
    expect(program.run("diff", new, new, "--fail-on=regression").returncode == 0,
           "no regression is one")
    nothing = program.run("diff", inputs.GOLDEN / "down.jsonl", new, "--fail-on=regression")
    expect(nothing.returncode == 2, "nothing to compare is no regression")
    lines = [json.loads(line) for line in new.read_text().splitlines()]
    pathlib.Path(program.folder / "empty.jsonl").write_text(
        inputs.text([lines[0], lines[-1]]))
    gone = program.run("diff", new, "empty.jsonl", "--fail-on=regression")
    expect(gone.returncode == 1, "that everything went is no regression")


def main(program, target):
    with tempfile.TemporaryDirectory(prefix="aoe-reports-") as folder:
        program = Program(program, target, pathlib.Path(folder))
        for check in (check_whole_run, check_down, check_killed, check_wrong_words, check_diff):
            check(program)
        stray = list(pathlib.Path(folder).glob("*.part"))
        expect(not stray, f"left behind: {stray}")
    print("\n".join(problems) or "live reports: as they should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
