# SPDX-License-Identifier: MIT
"""Who may include whom: includes.py ROOT. Prints every #include line that breaks a rule.

The suite judges a target by its own reading of the protocol, so it must not see our codec; target
and initiator must not see each other; and what frames say must not know how they travel. Linking
enforces part of it; headers that need no linking would slip through. Where a program needs suite
and target both, target/reference/ is the one place that knows both.
"""

import re
import sys

import source_tree

# What a frame says. Everything else in wire/ is how frames travel.
CODEC = {"ata", "bytes", "config", "endian", "expected", "frame", "identify", "layout", "mask",
         "reject", "reserve", "sizes"}
# What the suite shares with what it judges: bytes, and a way to send them.
CARRIERS = {"wire/" + name + ".h" for name in
            ("address", "bytes", "clock", "expected", "fault_link", "link", "memory_link",
             "packet_link", "private_network", "shrinker")}

# Where the TOML parser is told not to abort on a wrong file; everyone else includes these.
TOML_SETUPS = {"conformance/toml.h", "target/daemon/toml_table.h"}

# An included header, as a library that only some files may use.
LIBRARIES = (("tins", re.compile(r"tins/")),
             ("gtest", re.compile(r"g(test|mock)/")),
             ("benchmark", re.compile(r"benchmark/")),
             ("CLI11", re.compile(r"CLI/")),
             ("toml++", re.compile(r"toml\+\+/|toml\.hpp")),
             ("the system", re.compile(r"sys/|net|linux/|unistd|fcntl|poll|[fio]+stream>?$")))
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_main(name):
    return name.stem == "main" or name.stem.endswith("_main")


def is_codec(header):
    return header.startswith("wire/") and header[len("wire/"):].removesuffix(".h") in CODEC


def our_header_is_allowed(name, header):
    """Whether the file may include this header of ours."""
    folder = name.parts[0]
    if source_tree.is_test(name) or folder in ("fuzz", "bench"):
        return True
    if folder == "conformance":
        shared = header in CARRIERS or is_main(name) and header.startswith("cli/")
        return shared or header.startswith("conformance/")
    if name.parts[:2] == ("target", "reference"):
        return header.startswith(("conformance/", "target/", "wire/"))
    if is_main(name):
        return True
    if folder == "wire":
        return is_codec(header) if name.stem in CODEC else header.startswith("wire/")
    if folder == "target":
        inside = name.parts[1] == "daemon" or not header.startswith("target/daemon/")
        return inside and header.startswith(("target/", "wire/"))
    return header.startswith(("initiator/", "wire/"))


def library_is_allowed(name, library):
    """Whether the file may include headers of this library."""
    folder = name.parts[0]
    if library == "CLI11":
        return is_main(name)
    if library == "the system":
        return folder != "wire" or name.stem not in CODEC
    if library == "toml++":
        return name.as_posix() in TOML_SETUPS
    if source_tree.is_test(name) or folder in ("fuzz", "bench"):
        return True
    return folder == "conformance" and library in ("tins", "gtest")


def offence(root, name, sign, header):
    """Why this include must not be, or nothing."""
    if sign == '"':
        if not (root / header).is_file():
            return "is no path from the top of the tree"
        return None if our_header_is_allowed(name, header) else "is not for this folder"
    for library, pattern in LIBRARIES:
        if pattern.match(header) and not library_is_allowed(name, library):
            return f"is of {library}, which is not for this file"
    return None


def main(root):
    root = source_tree.pathlib.Path(root)
    offences = []
    for name in source_tree.files(root, (".h", ".cpp")):
        for number, line in enumerate((root / name).read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            reason = found and offence(root, name, *found.groups())
            if reason:
                offences.append(f"{name}:{number}: {found[2]} {reason}")
    return source_tree.finish("includes", offences)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
