# SPDX-License-Identifier: MIT
"""What a document quotes is still there: quotes.py ROOT.

A block of code after the line `<!-- quoted from FILE -->` must be in that file, word for word; only
the indentation of all its lines may differ.
"""

import re
import sys
import textwrap

import source_tree

QUOTE = re.compile(r"<!-- quoted from (\S+) -->\n```\w*\n(.*?)```", re.S)


def is_in(quote, text):
    """Whether the lines stand in the text, all moved by the same number of columns."""
    first = quote.splitlines()[0]
    for found in re.finditer(rf"^( *){re.escape(first)}$", text, re.M):
        if text.startswith(textwrap.indent(quote, found[1]), found.start()):
            return True
    return False


def main(root):
    root = source_tree.pathlib.Path(root)
    offences = []
    for name in source_tree.files(root, (".md",)):
        for file, quote in QUOTE.findall((root / name).read_text()):
            if not (root / file).is_file():
                offences.append(f"{name}: quotes {file}, which is not there")
            elif not is_in(quote, (root / file).read_text()):
                first = quote.splitlines()[0]
                offences.append(f"{name}: what it quotes of {file} from '{first}' is not there")
    return source_tree.finish("quotes", offences)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
