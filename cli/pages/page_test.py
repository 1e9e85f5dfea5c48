# SPDX-License-Identifier: MIT
"""A manual page and --help agree, and no reader of pages complains: page_test.py PROGRAM PAGE.

Both are read as people see them: what the program prints, and what mandoc makes of the page.
"""

import re
import shutil
import subprocess
import sys

OPTION = re.compile(r"^ +((?:-\w|--[a-z-]+)(?:,(?:-\w|--[a-z-]+))*)(?= |$)")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def complaints(page):
    """What the linters of both programs that read manual pages print."""
    for command in (["mandoc", "-Tlint", "-W", "warning", page],
                    ["man", "--warnings", "-l", "-Tutf8", "-Z", page]):
        done = subprocess.run(command, capture_output=True, text=True)
        said = done.stderr + (done.stdout if command[0] == "mandoc" else "")
        for line in said.splitlines():
            yield f"{command[0]}: {line}"


def sections_of_help(program):
    """Heading in the page -> what --help says below it, of the program and of each subcommand."""
    text = output(program, "--help")
    yield None, text
    listed = re.search(r"\nSubcommands:\n((?: .*\n)+)", text)
    for name in re.findall(r"^  ([a-z][a-z-]*) ", listed[1] if listed else "", re.M):
        yield name, output(program, name, "--help")


def options_of(text):
    """Names of each option in a text of --help or of a rendered page -> what is said about it."""
    found, current = {}, None
    for line in text.replace(", -", ",-").splitlines():
        named = OPTION.match(line)
        if named:
            current = frozenset(named[1].split(","))
            found[current] = line[named.end():]
        elif not line.startswith("   "):
            current = None
        elif current:
            found[current] += " " + line.strip()
    return found


def words(text):
    """The words of a sentence, whatever the lines and the punctuation are."""
    return re.findall(r"[\w./-]*\w", text.lower())


def section_of(page, name, program):
    """The part of a rendered page that is about a subcommand, or about all of it."""
    if name is None:
        return page.split("\nOPTIONS\n")[1].split("\nCOMMANDS\n")[0].split("\nEXAMPLES\n")[0]
    heading = re.compile(rf"^   {re.escape(program)} {name}$", re.M)
    return re.split(r"^   \w[\w-]* \w+$|^[A-Z]", page[heading.search(page).end():], flags=re.M)[0]


def differences(program, page_file):
    page = re.sub(".\b", "", output("mandoc", "-Tascii", "-Owidth=1000", page_file))
    name_of_program = re.match(r".*?/?([^/]+)$", program)[1]
    for name, text in sections_of_help(program):
        told = options_of(text.split("\n\nExamples:")[0].split("Options:\n")[1])
        shown = options_of(section_of(page, name, name_of_program))
        if name:
            told = {names: about for names, about in told.items() if "--help" not in names}
        where = f"{name_of_program} {name or ''}".strip()
        for names in told.keys() - shown.keys():
            yield f"{where}: {','.join(names)} is in --help and not in the page"
        for names in shown.keys() - told.keys():
            yield f"{where}: {','.join(names)} is in the page and not in --help"
        for names in told.keys() & shown.keys():
            missing = set(words(told[names])) - set(words(shown[names])) - {"excludes"}
            if missing:
                yield f"{where}: of {','.join(names)} the page lacks {sorted(missing)}"


def main(program, page):
    if not all(map(shutil.which, ("mandoc", "man"))):
        print("skipped: mandoc or man is not installed")
        return 77
    offences = list(complaints(page)) + list(differences(program, page))
    print("\n".join(offences) or "page and --help agree")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
