# SPDX-License-Identifier: MIT
"""A program's command line, as its --describe-command-line prints it, for those who write pages.

The placeholder of an option's value says how it is completed: IFACE, FILE and CASES by what is
there, `a|b|c` by one of the words, `a,b,c` by several of them with commas between; any other word
is for people only.
"""

import json
import re

# What each placeholder is completed by: the output of a shell command, a word a line.
COMMANDS = {
    "IFACE": "ls /sys/class/net 2>/dev/null | grep -vx lo",
    "CASES": "{program} list 2>/dev/null | sed -n 's/^\\([a-z0-9-]*\\.[^ ]*\\) .*/\\1/p'",
}
WORDS = re.compile(r"[a-z0-9.=-]+([|,][a-z0-9.=-]+)+$")


class Option:
    def __init__(self, data):
        self.names = data["names"]
        self.positional = data["positional"]
        self.value = data["type"]
        self.takes_value = data["value"]
        self.many = data["many"]
        self.required = data["required"]
        self.default = data["default"]
        self.help = data["help"]
        self.excludes = data["excludes"]
        self.needs = data["needs"]

    @property
    def words(self):
        """The words that the value is one of, or made of with commas between."""
        return re.split("[|,]", self.value) if WORDS.match(self.value) else []

    @property
    def is_list(self):
        return self.value == "CASES" or bool(self.words) and "," in self.value


class Command:
    def __init__(self, data):
        self.name = data["name"].split()[-1]
        self.full_name = data["name"]
        self.help = data["help"].strip()
        self.footer = data["footer"]
        usage = data["text"][data["text"].index("Usage:") + len("Usage:"):].split("\n\n")[0]
        self.usage = [line.strip() for line in usage.splitlines()]
        every = [Option(option) for option in data["options"]
                 if not option["hidden"] or not option["names"]]
        self.options = [option for option in every if option.names]
        # aoe-target takes all of its words as one list and names them in its placeholder.
        self.positionals = [word for option in every if not option.names
                            for word in (option.value or option.positional).split()]
        self.arguments = [option for option in every if not option.names and option.positional]
        self.commands = [Command(command) for command in data["commands"]]


def read(file):
    with open(file, encoding="utf-8") as text:
        return Command(json.load(text))
