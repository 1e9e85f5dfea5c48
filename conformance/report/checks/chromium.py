# SPDX-License-Identifier: MIT
"""A headless Chromium, spoken to through a pipe: pages, what they ask for, and what they say."""

import json
import os
import subprocess
import tempfile


class Chromium:
    """Commands of the DevTools protocol; events are kept until they are taken."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="aoe-chromium-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                   "--disable-dev-shm-usage", "--disable-background-networking",
                   "--disable-component-update", "--no-first-run", "--hide-scrollbars",
                   f"--user-data-dir={self.folder.name}", "--remote-debugging-pipe", "about:blank"]

        def descriptors():
            # The browser reads from 3 and writes to 4; neither may be one of the others.
            source, sink = os.dup(to_browser), os.dup(from_browser)
            high = os.dup2(source, 200), os.dup2(sink, 201)
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self._process = subprocess.Popen(command, preexec_fn=descriptors, close_fds=False,
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._rest = b""
        self._events = []
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target,
                                  flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        self._session = None
        self.call("Browser.close")
        self._process.wait(timeout=20)
        self.folder.cleanup()

    def _message(self):
        while b"\0" not in self._rest:
            more = os.read(self._read, 1 << 16)
            if not more:
                raise RuntimeError("the browser has ended")
            self._rest += more
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        """What the command returns; what happens meanwhile is kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.append(answer)

    def take_events(self):
        events, self._events = self._events, []
        return events

    def open(self, url):
        """Shows the page; returns the addresses that were asked for, and what was complained of."""
        self.take_events()
        self.call("Page.navigate", url=url)
        while not any(e["method"] == "Page.loadEventFired" for e in self._events):
            self._events.append(self._message())
        # Whatever the page still has to say comes before the answer.
        self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        events = self.take_events()
        asked = [e["params"]["request"]["url"] for e in events
                 if e["method"] == "Network.requestWillBeSent"]
        said = [json.dumps(e["params"])[:400] for e in events
                if e["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown",
                                   "Log.entryAdded")]
        return asked, said

    def evaluate(self, expression):
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                         awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(done["exceptionDetails"])
        return done["result"].get("value")

    def width(self, pixels):
        self.call("Emulation.setDeviceMetricsOverride", width=pixels, height=900,
                  deviceScaleFactor=1, mobile=pixels < 600)

    def media(self, **features):
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": f"prefers-{name.replace('_', '-')}", "value": value}
                            for name, value in features.items()])

    def press(self, key):
        code = {"ArrowRight": 39, "Tab": 9, "Enter": 13, "Escape": 27}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code, **text)
