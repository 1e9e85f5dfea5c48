# SPDX-License-Identifier: MIT
"""The checks find what they are for: each offence alone, in a tree that is clean otherwise."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import includes
import quotes
import texts

LICENCE = "// SPDX-License-Identifier: MIT\n"
HEADERS = ("wire/frame.h", "wire/link.h", "wire/packet_link.h", "target/export.h",
           "target/daemon/state.h", "initiator/device.h", "conformance/peer.h",
           "conformance/session.h", "cli/words_main.h")


def outcome(check, **extra):
    """Status and output of a check on a clean tree, to which `name` with `text` is added."""
    return outcome_with({}, check, **extra)


def outcome_with(files, check, name, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**{name: "" for name in HEADERS}, **files, name: text}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(LICENCE + text)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status = check.main(root)
        return status, printed.getvalue()


class Includes(unittest.TestCase):
    def expect(self, status, name, header):
        text = f"#include {header}\n"
        found, printed = outcome(includes, name=name, text=text)
        self.assertEqual(found, status, f"{name} with {header}: {printed}")
        if status:
            self.assertIn(f"{name}:2: {header[1:-1]} is ", printed)

    def test_what_breaks_a_rule_is_named(self):
        for name, header in (("wire/frame.cpp", '"wire/link.h"'),
                             ("wire/frame.cpp", "<sys/socket.h>"),
                             ("wire/frame.cpp", "<iostream>"),
                             ("wire/link.cpp", '"target/export.h"'),
                             ("wire/link.cpp", "<tins/ethernetII.h>"),
                             ("target/export.cpp", '"initiator/device.h"'),
                             ("target/export.cpp", '"target/daemon/state.h"'),
                             ("target/export.cpp", '"conformance/peer.h"'),
                             ("target/export.cpp", "<gtest/gtest.h>"),
                             ("target/export.cpp", "<toml++/toml.h>"),
                             ("target/options.cpp", "<CLI/CLI.hpp>"),
                             ("initiator/device.cpp", '"target/export.h"'),
                             ("conformance/peer.cpp", '"wire/frame.h"'),
                             ("conformance/peer.cpp", '"target/export.h"'),
                             ("conformance/peer.cpp", '"initiator/device.h"'),
                             ("conformance/cli/main.cpp", '"target/export.h"'),
                             ("conformance/peer.cpp", '"cli/words_main.h"'),
                             ("conformance/peer.cpp", "<CLI/CLI.hpp>"),
                             ("conformance/peer.cpp", "<benchmark/benchmark.h>"),
                             ("conformance/peer.cpp", "<toml++/toml.h>"),
                             ("conformance/peer.cpp", '"peer.h"')):
            self.expect(1, name, header)

    def test_what_keeps_the_rules_passes(self):
        for name, header in (("wire/link.cpp", '"wire/frame.h"'),
                             ("wire/link.cpp", "<sys/socket.h>"),
                             ("target/export.cpp", '"wire/packet_link.h"'),
                             ("target/main.cpp", "<CLI/CLI.hpp>"),
                             ("target/daemon/control_main.cpp", "<CLI/CLI.hpp>"),
                             ("target/daemon/state.cpp", '"target/export.h"'),
                             ("target/export_test.cpp", '"initiator/device.h"'),
                             ("target/export_test.cpp", "<gtest/gtest.h>"),
                             ("conformance/peer.cpp", '"wire/packet_link.h"'),
                             ("conformance/peer.cpp", "<tins/ethernetII.h>"),
                             ("conformance/toml.h", "<toml++/toml.h>"),
                             ("conformance/peer.cpp", "<gmock/gmock.h>"),
                             ("conformance/mutants.cpp", '"target/export.h"'),
                             ("conformance/cli/main.cpp", '"cli/words_main.h"'),
                             ("target/reference/case.cpp", '"target/export.h"'),
                             ("target/reference/case.cpp", '"conformance/session.h"'),
                             ("bench/codec.cpp", '"wire/frame.h"'),
                             ("bench/codec.cpp", "<benchmark/benchmark.h>")):
            self.expect(0, name, header)


class Texts(unittest.TestCase):
    def test_each_offence_is_named(self):
        for name, text, offence in (
                ("wire/link.cpp", "int a;\n" * 300, "301 lines, more than 300"),
                ("wire/packet_link.h", "int a;\n" * 120, "121 lines, more than 120"),
                ("README.md", "line\n" * 150, "151 lines, more than 150"),
                ("wire/link.cpp", "x" * 101 + "\n", ":2: 101 columns, more than 100"),
                ("docs/page.md", "blank \n", ":2: blanks at the end"),
                ("docs/page.md", "TO" "DO: more\n", "'TO" "DO' says that"),
                ("wire/link.cpp", "// not " "implemented\n", "'not " "implemented' says that")):
            status, printed = outcome(texts, name=name, text=text)
            self.assertEqual(status, 1, f"{name}: {offence}")
            self.assertIn(offence, printed)

    def test_a_file_without_the_licence_is_named(self):
        offences = texts.offences_in(pathlib.PurePath("run"), "#!/bin/sh\nexit\n")
        self.assertEqual(list(offences), ["run: the first line does not name the licence"])

    def test_tests_cases_and_data_may_be_long(self):
        for name in ("wire/link_test.cpp", "conformance/cases/ata.cpp", "wire/golden/ata.h"):
            status, printed = outcome(texts, name=name, text="int a;\n" * 400)
            self.assertEqual(status, 0, printed)


class Quotes(unittest.TestCase):
    CODE = "int a;\nif (a) {\n    b();\n}\n"

    def expect(self, status, file, quote):
        text = f"<!-- quoted from {file} -->\n```cpp\n{quote}```\n"
        found, printed = outcome_with({"wire/link.cpp": "  " + self.CODE.replace("\n", "\n  ")},
                                      quotes, name="docs/page.md", text=text)
        self.assertEqual(found, status, printed)

    def test_a_quote_that_is_there_passes_wherever_it_is_indented(self):
        self.expect(0, "wire/link.cpp", self.CODE)
        self.expect(0, "wire/link.cpp", "if (a) {\n    b();\n}\n")

    def test_a_quote_that_differs_is_an_offence(self):
        self.expect(1, "wire/link.cpp", self.CODE.replace("b()", "c()"))
        self.expect(1, "wire/link.cpp", "if (a) {\n  b();\n}\n")
        self.expect(1, "wire/gone.cpp", self.CODE)


if __name__ == "__main__":
    unittest.main()
