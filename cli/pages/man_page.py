# SPDX-License-Identifier: MIT
"""A manual page from a command line: man_page.py JSON SECTION VERSION DATE OTHER...

Each OTHER is a page to see also, like aoe(1). Prints roff.
"""

import re
import sys

import command_line

# Paragraphs of --help that have a section of their own; the others belong to the description.
SECTIONS = {"Examples:": "EXAMPLES", "Exit status:": "EXIT STATUS"}


def escaped(text):
    """Text as roff wants it: a hyphen that people copy is no typographic one."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line
                     for line in text.splitlines())


def bold(text):
    return f"\\fB{escaped(text)}\\fR"


def emphasized(text):
    return f"\\fI{escaped(text)}\\fR"


def sentence(text):
    if re.match("[a-z]+[ ,;:.]", text):  # An ordinary word, and no "json=FILE".
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", ":")) else text + "."


def placeholder(option):
    """IFACE in italics; words that are to be typed as they are, in bold."""
    for separator in "|,":
        if option.words and separator in option.value:
            return separator.join(bold(word) for word in option.value.split(separator))
    return emphasized(option.value)


def option_lines(option):
    head = ", ".join(bold(name) for name in option.names)
    if option.takes_value:
        head += " " + placeholder(option) + (" ..." if option.many else "")
    yield ".TP"
    yield head
    yield escaped(sentence(option.help))
    if option.default:
        yield escaped(f"Default: {option.default}.")
    if option.needs:
        yield "Needs " + ", ".join(bold(name) for name in option.needs) + "."
    if option.excludes:
        yield "Not together with " + ", ".join(bold(name) for name in option.excludes) + "."


def as_it_is(lines):
    """Lines that keep their breaks and blanks."""
    return [".PP", ".nf", ".RS 4", escaped("\n".join(lines)), ".RE", ".fi"]


def paragraphs(text):
    """Paragraphs as roff: indented lines stay as they are, what follows one another is filled."""
    for paragraph in text.strip("\n").split("\n\n"):
        filled, kept = [], []
        for line in paragraph.splitlines():
            if line.startswith("  "):
                kept.append(line[2:])
            else:
                filled.append(line)
        if filled:
            yield ".PP"
            yield escaped("\n".join(filled))
        if kept:
            yield from as_it_is(kept)


def split_footer(footer):
    """Section -> text of the paragraphs of a footer."""
    sections = {}
    for paragraph in footer.strip("\n").split("\n\n"):
        head = next((head for head in SECTIONS if paragraph.startswith(head)), None)
        text = paragraph[len(head):].lstrip(" ").lstrip("\n") if head else paragraph
        sections.setdefault(SECTIONS.get(head, "DESCRIPTION"), []).append(text)
    return {name: "\n\n".join(texts) for name, texts in sections.items()}


def synopsis(command):
    for number, line in enumerate(command.usage):
        if number:
            yield ".br"
        name, *rest = line.split(" [", 1)
        yield bold(name) + (escaped(" [" + rest[0]) if rest else "")


def command_lines(command, footer):
    yield ".SS " + bold(command.full_name)
    yield escaped(sentence(command.help))
    yield ".PP"
    yield from synopsis(command)
    for argument in command.arguments:
        yield ".TP"
        yield emphasized(argument.positional)
        yield escaped(sentence(argument.help))
    for option in command.options:
        if "--help" not in option.names:
            yield from option_lines(option)
    if command.footer != footer:
        for text in split_footer(command.footer).values():
            yield from paragraphs(text)


def section_lines(name, text):
    """A heading, and paragraphs of which the first needs no mark."""
    lines = list(paragraphs(text))
    return [".SH " + name] + lines[1 if lines[:1] == [".PP"] else 0:]


def page(program, section, version, date, others):
    sections = split_footer(program.footer)
    summary = re.sub(f"^{re.escape(program.name)}: ", "", program.help).rstrip(".")
    yield f'.TH {escaped(program.name.upper())} {section} {date} "aoe-toolkit {version}"'
    yield ".SH NAME"
    yield f"{escaped(program.name)} \\- {escaped(summary[:1].lower() + summary[1:])}"
    yield ".SH SYNOPSIS"
    yield from synopsis(program)
    yield ".SH DESCRIPTION"
    yield escaped(sentence(summary))
    yield from paragraphs(sections.get("DESCRIPTION", ""))
    yield ".SH OPTIONS"
    for option in program.options:
        yield from option_lines(option)
    if program.commands:
        yield ".SH COMMANDS"
        for command in program.commands:
            yield from command_lines(command, program.footer)
    for name in ("EXAMPLES", "EXIT STATUS"):
        if name in sections:
            yield from section_lines(name, sections[name])
    yield ".SH SEE ALSO"
    for number, other in enumerate(others, 1):
        name, its_section = re.match(r"(.+)\((\d)\)$", other).groups()
        yield f".BR {escaped(name)} ({its_section}){',' if number < len(others) else ''}"
    yield f"and share/doc/{escaped(program.name)} below the folder that all is installed to"


if __name__ == "__main__":
    FILE, SECTION, VERSION, DATE, *OTHERS = sys.argv[1:]
    lines = page(command_line.read(FILE), SECTION, VERSION, DATE, OTHERS)
    print("\n".join(line for line in lines if line))
