# SPDX-License-Identifier: MIT
"""The HTML file of a comparison in a browser: check_compare.py PROGRAM [SCREENSHOT_FOLDER].

No request but for the file, nothing on the console, contrast by WCAG AA in light and dark, worked
by keyboard alone, read without its script, and fluid with 300 requirements and 9 implementations.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

CHECKS = pathlib.Path(__file__).resolve().parents[2] / "report" / "checks"
sys.path.insert(0, str(CHECKS))

import inputs  # noqa: E402
from check_browser import CONTRAST, TOO_WIDE, WITHOUT_COLOUR  # noqa: E402
from chromium import Chromium  # noqa: E402

ROWS, COLUMNS = 300, 9
FLUID_MS = 250  # From a choice to the next frame, on a machine with other work.
VERDICTS = ("pass", "pass", "pass", "info", "warn", "fail", "skip", "not-applicable")
IMPACTS = ("data loss", "leak", "crash", "hang", "lock-out", "interoperation", "cosmetic")
HOSTILE = '<script>document.title="x"</script>"\'&'

VISIBLE_ROWS = """[...document.querySelectorAll('.matrix tr[data-in]')]
    .filter(r => r.offsetParent !== null).length"""
# Evidence that is not on the screen has no style until it is asked for, and then each element of it
# costs as much as all of them at once.
STYLED = """document.querySelectorAll('.proof').forEach(e => {
    e.style.contentVisibility = 'SHOWN'; })"""
# Bars whose length is their share of the longest, which is what the fastest run reached.
BARS = """[...document.querySelectorAll('.measured tbody tr')].filter(row => {
    const rows = [...row.parentElement.rows].map(r => ({
        value: parseFloat(r.querySelector('.value').textContent),
        length: r.querySelector('.done').getBoundingClientRect().width}));
    const longest = rows.reduce((a, b) => a.length > b.length ? a : b);
    const mine = rows[row.sectionRowIndex];
    return longest.length > 50
        && Math.abs(mine.length / longest.length - mine.value / longest.value) < 0.01;
  }).length"""
FRAME = """new Promise(done => { const start = performance.now();
    ACTION;
    document.body.offsetHeight;
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0)); })"""


def evidence(verdict):
    return {"case": "cfg.read.answered", "verdict": verdict, "summary": HOSTILE,
            "expected": "this", "actual": "that " + HOSTILE, "request": "0000  02 00\n",
            "bytes": "0000  ff ff\n", "after": "the target answers no request any more"}


def column(number):
    """One that differs from the next."""
    cells = {}
    for row in range(ROWS):
        verdict = VERDICTS[(row * 7 + number * (row % 3)) % len(VERDICTS)]
        cell = {"verdict": verdict, "passed": ["cfg.read.other"]}
        if verdict != "pass":
            cell["evidence"] = [evidence(verdict)]
        cells[f"AOE-X-{row:03}"] = cell
    counts = {name: 1 for name in ("pass", "info", "warn", "fail", "flaky", "skip",
                                   "not-applicable", "xfail", "xpass", "error")}
    state = ("judged", "partly", "judged", "judged", "judged", "judged", "judged", "judged",
             "judged", "missing", "failed")[number]
    return {"name": f"t{number}", "title": f"target {number}", "kind": "process",
            "how": ("live", "replayed", "judged")[number % 3], "state": state,
            "note": "" if state == "judged" else "a sentence " + HOSTILE,
            "facts": {"model": HOSTILE}, "cases": counts,
            "survival": {"crashes": ["a.b: the target was killed"] if number == 2 else [],
                         "lock_outs": [], "hangs": [], "losses": []}, "cells": cells}


def speed(number, machine):
    """As aoe-bench measured it."""
    rate = 400000.0 / (number + 1)
    return {"target": f"t{number}", "model": HOSTILE, "how": "target {iface}", "command": HOSTILE,
            "conditions": {"machine": machine, "date": "2026-11-23", "program": "aoe-bench 0.1.0",
                           "network": "", "write_percent": 0, "pattern": "random", "sectors": 2,
                           "outstanding": 32, "verified": False, "mtu": 1500,
                           "disk_sectors": 131072},
            "requests_per_s": rate, "variation": 0.01, "runs": [rate * 0.9, rate, rate * 1.1],
            "seconds": 6.0, "megabytes_per_s": rate / 1000, "p50_us": 30.0, "p90_us": 40.0,
            "p99_us": 50.0, "p99_9_us": 60.0, "max_us": 70.0, "load_cpu_us": 2.0,
            "outstanding": 32, "retransmitted": 0, "lost": number, "refused": 0, "wrong": 0}


def comparison():
    """As large as the largest, with everything that can be in one."""
    requirements = [{"id": f"AOE-X-{row:03}", "group": f"group{row // 60}",
                     "text": "Text " + HOSTILE, "why": "Why.",
                     "level": ("MUST", "SHOULD", "MAY", "PRACTICE")[row % 4],
                     "impact": IMPACTS[row % 7], "since": "r8", "basis": "seen"}
                    for row in range(ROWS)]
    measured = [{"target": f"t{n}", "what": "reads", "value": 1000.0 * (n + 1),
                 "unit": "requests/s", "conditions": "here", "note": HOSTILE} for n in range(3)]
    return {"format": "aoe-conform comparison", "schema": 1, "version": "0.1.0",
            "targets": [column(n) for n in range(COLUMNS + 2)], "requirements": requirements,
            "measurements": measured,
            "performance": [speed(n, machine) for machine in (HOSTILE, "another")
                            for n in range(COLUMNS)]}


def shoot(browser, folder, name):
    if folder:
        image = browser.call("Page.captureScreenshot", format="png")["data"]
        (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(image))


def check_looks(browser, url, expect, pictures):
    browser.width(1400)
    browser.media(color_scheme="light")
    asked, said = browser.open(url)
    outside = [a for a in asked if a != url and not a.startswith("data:")]
    expect(url in asked and not outside, f"asks for {outside or 'nothing'}")
    expect(not said, f"says {said[:3]}")
    expect(browser.evaluate("document.title").startswith("AoE targets"), "a target's text runs")
    expect(browser.evaluate("document.scripts.length") == 1, "has more than its own script")
    expect(browser.evaluate(WITHOUT_COLOUR) == 0, "a verdict is a colour only")
    for scheme in ("light", "dark"):
        browser.media(color_scheme=scheme)
        browser.evaluate(STYLED.replace("SHOWN", "visible"))
        contrast = browser.evaluate(CONTRAST.replace("'h1,", "'label, legend, button, select, "
                                                     ".state, .level, .none, h3, h4, h1,"))
        expect(contrast >= 4.5, f"a contrast of {contrast:.2f} in {scheme}")
        browser.evaluate(STYLED.replace("SHOWN", ""))
        shoot(browser, pictures, f"top-{scheme}")
        for part in ("performance", "matrix"):
            browser.evaluate(f"document.getElementById('{part}').scrollIntoView()")
            shoot(browser, pictures, f"{part}-{scheme}")
        browser.evaluate("scrollTo(0, 0)")
    browser.media(color_scheme="light")
    browser.width(360)
    expect(not browser.evaluate(TOO_WIDE), "is wider than a phone")
    expect(browser.evaluate(BARS) == 2 * COLUMNS + 3, "bars are not as long as their numbers")
    shoot(browser, pictures, "phone")
    browser.width(1400)


def check_keyboard(browser, url, expect, pictures):
    browser.open(url)
    expect(browser.evaluate(VISIBLE_ROWS) == ROWS, "not every row is shown at first")
    browser.evaluate("document.getElementById('rows-all').focus()")
    browser.press("ArrowRight")
    wanted = browser.evaluate("document.querySelectorAll('tr[data-in~=differ]').length")
    shown = browser.evaluate(VISIBLE_ROWS)
    expect(0 < wanted < ROWS and shown == wanted, f"an arrow key shows {shown}, not {wanted}")
    expect(f"{shown} of {ROWS}" in browser.evaluate("document.getElementById('count').textContent"),
           "the number of rows is not told")
    browser.evaluate("document.getElementById('find').focus()")
    browser.call("Input.insertText", text="aoe-x-00")
    shown = browser.evaluate(VISIBLE_ROWS)
    expect(0 < shown <= 10, f"a text that is typed shows {shown} rows")
    browser.evaluate("document.querySelector('.matrix tr[data-in]:not([hidden]) a.opens').focus()")
    browser.press("Enter")
    inside = browser.evaluate("""(() => { const d = document.getElementById('shown');
        return d.open && d.contains(document.activeElement)
            && d.querySelectorAll('dd').length; })()""")
    expect(inside, "Enter on a cell opens no evidence with the focus in it")
    shoot(browser, pictures, "evidence")
    browser.press("Escape")
    browser.evaluate(FRAME.replace("ACTION", ""))
    expect(browser.evaluate("""!document.getElementById('shown').open &&
        document.activeElement.matches('a.opens') &&
        document.querySelectorAll('#evidence article').length ===
        document.querySelectorAll('.proof').length"""),
           "Escape does not put the evidence and the focus back")
    browser.evaluate("document.querySelector('.matrix tr[data-in]:not([hidden]) summary').focus()")
    browser.press("Enter")
    expect(browser.evaluate("""document.querySelector(
        '.matrix tr[data-in]:not([hidden]) details').open"""),
           "a row's details do not open by keyboard")
    expect(browser.evaluate("""[...document.querySelectorAll('.wide')].every(e =>
        e.tabIndex === 0 && e.getAttribute('aria-label'))"""), "what scrolls cannot be focused")
    expect(browser.evaluate("""[...document.querySelectorAll('.controls :is(input, select)')]
        .every(e => e.labels.length === 1)"""), "a control has no label")
    expect(browser.evaluate("""[...document.querySelectorAll('a[href^="#"]')].every(a =>
        document.getElementById(a.getAttribute('href').slice(1)))"""), "a link leads nowhere")


def check_fluid(browser, url, expect):
    browser.open(url)
    actions = [f"(r => {{ r.checked = true; r.dispatchEvent("
               f"new Event('input', {{bubbles: true}})); }})"
               f"(document.getElementById('rows-{choice}'))"
               for choice in ("differ", "unmet", "only", "all")]
    actions += [f"(t => t.scrollTo(0, t.scrollHeight * {place}))(document.querySelector('.tall'))"
                for place in (0.3, 0.6, 1)]
    # Others use the machine too: the better of three counts.
    times = [[browser.evaluate(FRAME.replace("ACTION", action)) for action in actions]
             for _ in range(3)]
    worst = max(map(min, zip(*times)))
    print(f"the slowest choice or scroll took {worst:.0f} ms")
    expect(worst < FLUID_MS, f"a choice or a scroll takes {worst:.0f} ms")


def check_print(browser, url, expect, pictures):
    browser.open(url)
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    browser.width(1031)  # A4 on its side, without its margins.
    expect(not browser.evaluate(TOO_WIDE), "is wider than a sheet of paper")
    expect(browser.evaluate("""(() => { const t = document.querySelector('.matrix');
        return t.scrollWidth <= t.parentElement.clientWidth; })()"""),
           "the matrix loses columns on paper")
    expect(browser.evaluate("""[...document.querySelectorAll('.measured')].every(t =>
        t.scrollWidth <= t.parentElement.clientWidth)"""), "a chart loses columns on paper")
    expect(browser.evaluate("document.querySelector('.controls').offsetParent === null"),
           "there are controls on paper")
    browser.evaluate("document.getElementById('matrix').scrollIntoView()")
    shoot(browser, pictures, "print")
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    browser.width(1400)


def check_without_script(browser, url, expect):
    browser.open(url.replace("matrix.html", "bare.html"))
    expect(browser.evaluate(VISIBLE_ROWS) == ROWS, "without its script rows are missing")
    expect(browser.evaluate("document.querySelector('.controls').offsetParent === null"),
           "without its script there are controls that do nothing")


def main(program, pictures=None):
    inputs.need("browser", "chromium")
    problems = []

    def expect(true, complaint):
        if not true:
            problems.append(complaint)

    browser = Chromium()
    with tempfile.TemporaryDirectory() as folder:
        source, page = pathlib.Path(folder) / "m.json", pathlib.Path(folder) / "matrix.html"
        source.write_text(json.dumps(comparison()))
        subprocess.run([program, "compare", source, "-o", f"html={page}"], check=True,
                       stdout=subprocess.DEVNULL)
        bare = page.read_text()
        bare = bare[:bare.rindex("<script>")] + bare[bare.rindex("</script>") + 9:]
        page.with_name("bare.html").write_text(bare)
        check_looks(browser, page.as_uri(), expect, pictures)
        check_keyboard(browser, page.as_uri(), expect, pictures)
        check_fluid(browser, page.as_uri(), expect)
        check_print(browser, page.as_uri(), expect, pictures)
        check_without_script(browser, page.as_uri(), expect)
    browser.close()
    print("\n".join(problems) or "compare: as it should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
