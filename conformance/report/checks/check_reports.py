# SPDX-License-Identifier: MIT
"""Reports as the tools that read them see them: check_reports.py WHAT PROGRAM [HOSTILE_RUN].

WHAT is schema, junit, tap or html. Each check is shown something broken first, so that it is known
to notice.
"""

import collections
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import inputs

ROOT = pathlib.Path(__file__).parents[3]
SCHEMA = ROOT / "docs/aoe-conform-results.schema.json"
XSD = ROOT / "conformance/report/junit.xsd"
problems = []


def expect(true, complaint):
    if not true:
        problems.append(complaint)


def strict(schema):
    """The same schema, but a key that it does not describe is an error."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        out["additionalProperties"] = False
    return out


def check_schema(program, hostile_run):
    inputs.need_module("tools", "jsonschema", "python3-jsonschema")
    import jsonschema
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(strict(schema))
    golden = inputs.lines((inputs.GOLDEN / "results.jsonl").read_text())
    for line in golden:
        definition = schema["definitions"][line["type"]]
        for key in definition["required"]:
            broken = {k: v for k, v in line.items() if k != key}
            expect(not validator.is_valid(broken), f"a {line['type']} without {key} is valid")
        expect(not validator.is_valid(dict(line, moon="full")),
               f"any key is valid in {line['type']}")
        bad = copy.deepcopy(line)
        bad["type"] = "weather"
        expect(not validator.is_valid(bad), "a line of an unknown type is valid")
    runs = [("golden", golden)]
    if hostile_run:
        made = subprocess.run([hostile_run], check=True, capture_output=True, encoding="utf-8")
        runs.append(("hostile-run", inputs.lines(made.stdout)))
    runs.append(("judged", inputs.lines(inputs.judged(program))))
    for name, run in runs:
        kinds = collections.Counter(line["type"] for line in run)
        expect(kinds["run"] == kinds["summary"] == 1, f"{name} is no whole run: {kinds}")
        for line in run:
            for error in validator.iter_errors(line):
                best = jsonschema.exceptions.best_match([error])
                expect(False, f"{name}, {line['type']} {line.get('id', '')}: {best.message[:300]}")


def xmllint(document):
    return subprocess.run(["xmllint", "--noout", "--nonet", "--schema", XSD, "-"], check=False,
                          input=document, capture_output=True)


def check_junit(program, hostile_run):
    inputs.need("tools", "xmllint")
    for name, run in inputs.inputs(hostile_run, program):
        document = inputs.rendered(program, run, "junit")
        done = xmllint(document)
        expect(done.returncode == 0, f"{name}: {done.stderr.decode()[:2000]}")
        broken = document.replace(b' errors="', b' mistakes="', 1)
        expect(xmllint(broken).returncode != 0, f"{name}: a broken document is valid")
        if done.returncode != 0:
            continue
        root = xml.etree.ElementTree.fromstring(document)
        for element in [root, *root.iter("testsuite")]:
            for attribute, tag in (("tests", "testcase"), ("failures", "failure"),
                                   ("errors", "error"), ("skipped", "skipped")):
                said, there = int(element.get(attribute)), len(list(element.iter(tag)))
                expect(said == there, f"{name}: {attribute}={said}, but {there} {tag}")


def prove(document):
    with tempfile.NamedTemporaryFile(suffix=".t") as file:
        file.write(document)
        file.flush()
        return subprocess.run(["prove", "--exec", "cat", file.name], check=False,
                              capture_output=True, encoding="utf-8", errors="replace")


def check_tap(program, hostile_run):
    inputs.need("tools", "prove")
    for name, run in inputs.inputs(hostile_run, program):
        document = inputs.rendered(program, run, "tap")
        cases = [line for line in inputs.lines(run) if line["type"] == "case"]
        ended = [line for line in inputs.lines(run) if line["type"] == "summary"]
        good = bool(ended) and ended[0]["exit_status"] == 0
        said = prove(document)
        expect((said.returncode == 0) == good, f"{name}: prove ends with {said.returncode}")
        # After a bail-out prove tells nothing about the cases.
        told = prove(document.partition(b"\nBail out!")[0] + b"\n").stdout
        expect("Parse errors" not in told or not cases, f"{name}: {told[-2000:]}")
        bad = sum(case["verdict"] in ("fail", "flaky", "xpass", "error") for case in cases)
        failed = re.search(r"Failed: (\d+)\)", told)
        seen = int(failed[1]) if failed else 0
        expect(seen == bad, f"{name}: prove sees {seen} failures, not {bad}")
        count = sum(line.startswith((b"ok ", b"not ok ")) for line in document.split(b"\n"))
        expect(count == len(cases), f"{name}: {count} lines for {len(cases)} cases")
    results = inputs.lines((inputs.GOLDEN / "results.jsonl").read_text())
    well = (None, "pass", "warn", "skip", "xfail")
    good = [line for line in results if line.get("verdict") in well]
    good[-1]["exit_status"] = 0
    document = inputs.rendered(program, inputs.text(good), "tap")
    expect(prove(document).returncode == 0, "a run that passed is no success for prove")
    expect(prove(document.replace(b"1..", b"1..9")).returncode != 0, "a wrong plan is one")


def tidy(document):
    return subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--show-info", "no",
                           "--drop-empty-elements", "no"], check=False, input=document,
                          capture_output=True)


def check_html(program, hostile_run):
    inputs.need("tools", "tidy")
    for name, run in inputs.inputs(hostile_run, program):
        document = inputs.rendered(program, run, "html")
        done = tidy(document)
        expect(done.returncode == 0, f"{name}: {done.stderr.decode()[:2000]}")
        expect(tidy(document.replace(b"</main>", b"</mein>")).returncode != 0,
               f"{name}: a broken document passes")
        shown = document.decode()
        bad = [c for c in shown if ord(c) < 32 and c != "\n" or 0x7f <= ord(c) <= 0x9f]
        expect(not bad, f"{name}: control characters {bad[:5]}")
        for word in ("<script", "<img", "src=", "@import", "url(", "\u202e"):
            expect(word not in shown, f"{name}: has {word}")


def main(what, program, hostile_run=None):
    {"schema": check_schema, "junit": check_junit, "tap": check_tap,
     "html": check_html}[what](program, hostile_run)
    print("\n".join(problems[:50]) or f"{what}: as it should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
