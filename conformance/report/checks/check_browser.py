# SPDX-License-Identifier: MIT
"""The HTML report in a browser: check_browser.py PROGRAM [HOSTILE_RUN].

No request but for the file, nothing on the console, nothing that runs, no wider than a phone, read
without colours, with enough contrast in light and dark, and worked by keyboard.
"""

import pathlib
import sys
import tempfile

import inputs
from chromium import Chromium

# A page that does all that a report must not do.
BAD_PAGE = """<!DOCTYPE html><title>bad</title><script>console.error("no")</script>
<img src="http://127.0.0.1:9/x.png"><p class="verdict fail">x<p style="width:2000px">wide"""

WITHOUT_COLOUR = """[...document.querySelectorAll('.verdict')].filter(
    e => !e.textContent.includes(e.classList[1])).length"""
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
TORN = """[...document.querySelectorAll('th')].filter(e => e.offsetWidth && e.offsetWidth < 40
    && e.textContent.length > 6).length"""
# The lowest contrast of text that carries meaning, by the formula of WCAG.
CONTRAST = """(() => {
  const light = c => c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (c != 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
  let worst = 99;
  for (const e of document.querySelectorAll('h1, h2, p, a, li, dd, dt, th, td, summary, .verdict,'
                                            + ' .soft, .key, mark, .offset, .why')) {
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    worst = Math.min(worst, (a + 0.05) / (b + 0.05));
  }
  return worst; })()"""
LISTED = "[...document.querySelectorAll('.list li')].filter(e => e.offsetParent).length"


def check_page(browser, name, url, expect):
    browser.width(1200)
    browser.media(color_scheme="light")
    asked, said = browser.open(url)
    outside = [a for a in asked if a != url and not a.startswith("data:")]
    expect(url in asked, f"{name}: the file itself was not asked for")
    expect(not outside, f"{name}: asks for {outside}")
    expect(not said, f"{name}: says {said[:3]}")
    expect(browser.evaluate("getComputedStyle(document.body).maxWidth") != "none",
           f"{name}: the style is not applied")
    expect(browser.evaluate("document.scripts.length + document.images.length") == 0,
           f"{name}: has scripts or images")
    expect(browser.evaluate(WITHOUT_COLOUR) == 0, f"{name}: a verdict is a colour only")
    for scheme in ("light", "dark"):
        browser.media(color_scheme=scheme)
        contrast = browser.evaluate(CONTRAST)
        expect(contrast >= 4.5, f"{name}: a contrast of {contrast:.2f} in {scheme}")
    browser.width(360)
    expect(not browser.evaluate(TOO_WIDE), f"{name}: is wider than a phone")
    expect(browser.evaluate(TORN) == 0, f"{name}: the words of a table are torn on a phone")


def check_keyboard(browser, url, expect):
    browser.width(1200)
    browser.open(url)
    everything = browser.evaluate(LISTED)
    browser.evaluate("document.getElementById('only-all').focus()")
    browser.press("ArrowRight")
    chosen = browser.evaluate("document.querySelector('[name=only]:checked').id.slice(5)")
    shown = browser.evaluate(LISTED)
    right = browser.evaluate(f"document.querySelectorAll('.list li.{chosen}').length")
    expect(0 < shown < everything and shown == right,
           f"the filter shows {shown} of {everything} after an arrow key, not {right}")


def main(program, hostile_run=None):
    inputs.need("browser", "chromium")
    problems = []

    def expect(true, complaint):
        if not true:
            problems.append(complaint)

    browser = Chromium()
    with tempfile.TemporaryDirectory() as folder:
        bad = pathlib.Path(folder) / "bad.html"
        bad.write_text(BAD_PAGE)
        browser.width(360)
        asked, said = browser.open(bad.as_uri())
        expect(any("x.png" in a for a in asked), "a request goes unnoticed")
        expect(any('"no"' in s for s in said), "an error on the console goes unnoticed")
        expect(browser.evaluate(TOO_WIDE), "a page that is too wide goes unnoticed")
        expect(browser.evaluate(WITHOUT_COLOUR) == 1, "a bare colour goes unnoticed")
        for name, run in inputs.inputs(hostile_run):
            page = pathlib.Path(folder) / f"{name}.html"
            page.write_bytes(inputs.rendered(program, run, "html"))
            check_page(browser, name, page.as_uri(), expect)
            if name == "golden":
                check_keyboard(browser, page.as_uri(), expect)
    browser.close()
    print("\n".join(problems) or "browser: as it should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
