# SPDX-License-Identifier: MIT
"""Limits of files and what must not be in them: texts.py ROOT. Prints every offence.

Code: at most 300 lines a file, 120 a header (tests and lists of cases may be longer), 100 columns,
the licence first. Any text: no word that says it is unfinished, no blanks at a line's end.
"""

import re
import sys

import source_tree

CODE = (".h", ".cpp")
SCRIPTS = (".cmake", ".py", ".sh")
TEXTS = CODE + SCRIPTS + (".md", ".toml", ".txt", ".yml", ".json", "")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|\b[Nn]ot " r"implemented\b")
LICENCE = "SPDX-License-Identifier: MIT"
MOST_LINES = {".cpp": 300, ".h": 120, "README.md": 150}


def line_limit(name):
    if source_tree.is_test(name) or name.parent.name == "cases":
        return None
    return MOST_LINES.get(name.name) or MOST_LINES.get(name.suffix)


def offences_in(name, text):
    lines = text.splitlines()
    limit = line_limit(name)
    if limit and len(lines) > limit:
        yield f"{name}: {len(lines)} lines, more than {limit}"
    narrow = name.suffix in CODE + SCRIPTS or name.name in ("CMakeLists.txt", "run")
    if narrow and not any(LICENCE in line for line in lines[:2]):
        yield f"{name}: the first line does not name the licence"
    for number, line in enumerate(lines, 1):
        if narrow and len(line) > 100:
            yield f"{name}:{number}: {len(line)} columns, more than 100"
        if line != line.rstrip():
            yield f"{name}:{number}: blanks at the end"
        for word in UNFINISHED.finditer(line):
            yield f"{name}:{number}: '{word[0]}' says that something is unfinished"


def main(root):
    offences = []
    for name in source_tree.files(root, TEXTS):
        if name.name != "LICENSE":
            offences += offences_in(name, (source_tree.pathlib.Path(root) / name).read_text())
    return source_tree.finish("texts", offences)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
