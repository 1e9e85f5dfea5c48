# SPDX-License-Identifier: MIT
"""Holds docs/target.md against what it tells of: page_test.py ROOT BIN_FOLDER.

Every key that the reader of configuration files takes is in the page's table and in the example;
every option and command of both programs is in the page; every test that the page calls as a
witness is there; and every capability has such a witness, or says that it is left out.
"""

import pathlib
import re
import subprocess
import sys

# Keys that are made of two parts in the reader.
PARTS = ("", "-config-read", "-config-set", "-read", "-write")


def keys_of_reader(source):
    """What the reader takes, by its own words."""
    keys = set(re.findall(r'(?:take|below)\("([a-z-]+)"', source))
    keys |= set(re.findall(r'take_text\(table, "([a-z-]+)"', source))
    keys |= {rule + part for rule in ("accept", "deny") for part in PARTS}
    return keys - {"export", "interface", "defaults", "access"}


def options_of(program):
    """Long options of a program, and the commands it has."""
    text = subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout
    options = set(re.findall(r"^  (?:-\w,)?(--[a-z-]+)", text, re.M)) - {"--help", "--version"}
    commands = re.search(r"^Subcommands:\n((?:  .*\n)+)", text, re.M)
    return options, set(re.findall(r"^  ([a-z]+) ", commands[1], re.M) if commands else [])


def tests_of(root):
    """Every test below target/, as `Suite.Name`, and those that CMake makes of scripts."""
    tests = set()
    for file in (root / "target").rglob("*_test.cpp"):
        tests |= {f"{suite}.{name}" for suite, name in
                  re.findall(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", file.read_text(), re.M)}
    cmake = (root / "target/daemon/CMakeLists.txt").read_text()
    for kind, prefix in (("variant", "target.suite."), ("test", "target.")):
        words = re.search(rf"foreach\({kind} ([^)]*)\)", cmake)[1].split()
        tests |= {prefix + word for word in words}
    for file in (root / "target").rglob("CMakeLists.txt"):
        tests |= set(re.findall(r"add_test\(NAME ([\w.-]+)", file.read_text()))
    clients = (root / "target/clients/CMakeLists.txt").read_text()
    return (tests
            | {f"clients.{each}" for each in re.findall(r"^\s*aoe_client\((\S+)", clients, re.M)})


def is_there(witness, tests):
    if witness.endswith("*"):
        return any(test.startswith(witness[:-1]) for test in tests)
    return witness in tests


def rows_below(heading, page):
    """The cells of the first table of a section, without its head."""
    table = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def offences(root, programs):
    page = (root / "docs/target.md").read_text()
    example = (root / "target/daemon/aoe-target.toml").read_text()
    in_table = set(re.findall(r"`([^`]+)`", " ".join(
        row[0] for row in rows_below("Keys of the file", page))))
    for key in sorted(keys_of_reader((root / "target/daemon/config_reader.cpp").read_text())):
        if key not in in_table:
            yield f"docs/target.md: the key {key} is not in the table"
        if not re.search(rf"^#?{key} = ", example, re.M):
            yield f"aoe-target.toml: the key {key} is not shown"
    commands = " ".join(row[0] for row in rows_below("Control", page))
    for program in ("aoe-target", "aoe-targetctl"):
        options, verbs = options_of(programs / program)
        for option in sorted(options):
            if f"`{option}" not in page and f" {option}" not in page:
                yield f"docs/target.md: {program} has an option {option}"
        for verb in sorted(verbs):
            if not re.search(rf"`{verb}[ `]", commands):
                yield f"docs/target.md: {program} has a command {verb}"
    tests = tests_of(root)
    for name, _, here, proof in rows_below("What others can do, and what proves it here", page):
        if not here.startswith(("yes", "no: ", "in part: ")):
            yield f"docs/target.md: {name}: neither yes nor no: {here}"
        if not here.startswith("no") and "`" not in proof:
            yield f"docs/target.md: {name}: nothing proves it"
    for witness in re.findall(r"`((?:\w+Test|target|clients)\.[\w.*-]+)`", page):
        if not is_there(witness, tests) and not (root / witness).exists():
            yield f"docs/target.md: there is no test {witness}"


def main(root, programs):
    found = list(offences(pathlib.Path(root), pathlib.Path(programs)))
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
