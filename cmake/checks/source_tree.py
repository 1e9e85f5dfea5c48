# SPDX-License-Identifier: MIT
"""The files that the project's own people wrote, for the checks of this folder."""

import pathlib

FOLDERS = ("wire", "target", "initiator", "conformance", "fuzz", "bench", "captures", "cli",
           "cmake", "docs", ".ci", ".github", ".githooks")
# Recorded or made bytes: how they look is not ours to choose.
DATA = ("wire/golden/", "fuzz/corpora/", "fuzz/corpus/", "fuzz/regressions/")


def files(root, endings):
    """Paths of these endings, sorted, relative to root; without the data."""
    root = pathlib.Path(root)
    found = [path for path in root.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (root / folder).rglob("*") if path.is_file()]
    names = sorted(path.relative_to(root) for path in found)
    return [name for name in names
            if name.suffix in endings and not name.as_posix().startswith(DATA)]


def is_test(name):
    """Tests and what only they use, the suite's mutants and the simulator among it."""
    stem = name.stem
    return (stem.endswith("_test") or "_test_" in stem or "mutant" in stem
            or stem.startswith(("test_", "selftest")) or "testing" in name.parts
            or "simulator" in name.parts)


def finish(check, offences):
    """Prints the offences; the exit status of a check."""
    for offence in offences:
        print(offence)
    print(f"{check}: {len(offences)} offences")
    return 1 if offences else 0
