# SPDX-License-Identifier: MIT
"""Results to write reports from, and the tools that judge what was written."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
SKIPPED = 77

# What a target, or whoever hands us a file, might choose for a string.
HOSTILE = (
    "<&\"'>", "</script><script>alert(1)</script>", "</style></title><h1>", "]]>", "-->", "<!--",
    "a\0b", "\x1b[31mred\x1b[0m\x07", "first\nsecond\r\n\tthird",
    "\u202egnp.exe\u2066", "\ufeff\uffff",
    "\x85\x9f\x7f", "# SKIP", "\nnot ok 1 - forged\nBail out!\n1..0", "```\n# heading", "| a | b |",
    "@everyone #1 https://example.invalid/ www.example.invalid",
    "![x](https://example.invalid/x.png)",
    "javascript:alert(1)", "{{ 7 * 7 }} ${x} %s %n", "\\", "'", '"', "", " ", "ümläut 漢字 🙂",
    "x" * 20_000,
)


def give_up(word, reason):
    """Ends a test that cannot run here: skipped, or failed where AOE_REQUIRE has the word."""
    print(reason)
    sys.exit(1 if word in os.environ.get("AOE_REQUIRE", "") else SKIPPED)


def need(word, program):
    if shutil.which(program) is None:
        give_up(word, f"{program} is not installed")


def need_module(word, module, package):
    """Runs this program again by Debian's Python when only that one has the module."""
    if importlib.util.find_spec(module):
        return
    system = "/usr/bin/python3"
    if os.path.realpath(sys.executable) != os.path.realpath(system) and os.path.exists(system):
        os.execv(system, [system, "-B", *sys.argv])
    give_up(word, f"the Python module {module} is missing: Debian's {package}")


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def text(objects):
    return "".join(json.dumps(item) + "\n" for item in objects)


def hostile(results):
    """A case, and a target, for each hostile string: everywhere that a string may stand."""
    run, *_, summary = results
    target = next(item for item in results if item["type"] == "target")
    case = next(item for item in results
                if item.get("findings") and "fields" in item["findings"][0])
    out = [dict(run, command="".join(HOSTILE[:20]), parameters={h[:99]: h for h in HOSTILE},
                remarks=list(HOSTILE[:20]))]
    fixed = ("type", "level", "since", "impact", "verdict", "severity", "revision", "mac")

    def filled(value, string, key=None):
        if isinstance(value, dict):
            return {k: filled(v, string, k) for k, v in value.items()}
        if isinstance(value, list):
            return [filled(item, string) for item in value]
        return string if isinstance(value, str) and key not in fixed else value

    for number, string in enumerate(HOSTILE):
        name = f"{number}{string}"
        out.append(dict(filled(target, string), target=name))
    verdicts = ("fail", "warn", "info", "skip", "xfail", "pass", "error")
    for number, string in enumerate(HOSTILE):
        name = f"{number}{string}"
        for verdict in verdicts:
            item = filled(case, string)
            out.append(dict(item, target=name, id=f"{string}.{verdict}", verdict=verdict,
                            code=string, liveness=string, condition=string))
    return out + [dict(summary, problems=list(HOSTILE))]


def judged(program):
    """What `judge` says of recorded traffic: targets and initiators, several files."""
    captures = pathlib.Path(__file__).parents[3] / "captures"
    files = [captures / "qaoed/ata-read.pcap", captures / "vblade/mac-mask.pcap",
             captures / "linux-initiator/1500-vblade.pcap"]
    done = subprocess.run([program, "judge", *files, "-o", "json=-"], check=False,
                          capture_output=True, encoding="utf-8")
    if done.returncode != 1:
        sys.exit(f"judge ended with {done.returncode}: {done.stderr}")
    return done.stdout


def inputs(hostile_run=None, program=None):
    """Name and text of each run that reports are written from."""
    golden = (GOLDEN / "results.jsonl").read_text()
    results = lines(golden)
    yield "golden", golden
    yield "down", (GOLDEN / "down.jsonl").read_text()
    yield "cut-short", text(results[:6])
    yield "nothing", text(results[:1])
    yield "hostile", text(hostile(results))
    if hostile_run:
        yield "hostile-run", subprocess.run([hostile_run], check=True, capture_output=True,
                                            encoding="utf-8").stdout
    if program:
        yield "judged", judged(program)


def rendered(program, run, format_name):
    """The report as bytes."""
    done = subprocess.run([program, "render", "-", "--as", format_name], check=False,
                          input=run.encode(), capture_output=True)
    if done.returncode != 0:
        sys.exit(f"render --as {format_name} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout
