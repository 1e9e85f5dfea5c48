# SPDX-License-Identifier: MIT
"""For tests that run whole programs, ours and others': in a network of their own, one after the
other or as long as a block lasts."""

import contextlib
import os
import re
import subprocess
import sys

SKIPPED = 77
SHELF_SLOT = ("7", "3")  # Of the target that is served.


def give_up(word, why):
    """Ends as skipped, or as failed when AOE_REQUIRE has the word."""
    print(why)
    sys.exit(1 if word in re.split(r"[ ,]", os.environ.get("AOE_REQUIRE", "")) else SKIPPED)


def expect(true, complaint):
    """Ends the test with the complaint."""
    if not true:
        sys.exit(f"failed: {complaint}")


def run(*words, status=0, with_errors=False):
    """A program that must end with that status; what it prints, on standard output alone or
    followed by what standard error got."""
    words = [str(word) for word in words]
    done = subprocess.run(words, check=False, capture_output=True, encoding="utf-8", timeout=280)
    expect(done.returncode == status,
           f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + (done.stderr if with_errors else "")


def enter_network(word, *unshare):
    """Starts this program again in a network of its own, once; unshare may get more options."""
    if os.environ.get("AOE_TEST_NETWORK") == str(os.getppid()):
        return
    command = ["unshare", "--net", *unshare]
    tried = subprocess.run([*command, "true"], check=False, capture_output=True, encoding="utf-8")
    if tried.returncode != 0:
        give_up(word, f"no private network: {tried.stderr.strip()}")
    os.environ["AOE_TEST_NETWORK"] = str(os.getppid())
    os.execvp(command[0], [*command, sys.executable, "-B", *sys.argv])


def lay_cable(one, other, mtu):
    """Two Ethernet interfaces, one at either end."""
    run("ip", "link", "add", one, "mtu", mtu, "type", "veth", "peer", "name", other, "mtu", mtu)
    for name in (one, other):
        run("ip", "link", "set", name, "addrgenmode", "none")
        run("ip", "link", "set", name, "up")


@contextlib.contextmanager
def process(*words, until):
    """A program that runs as long as the block does, from the line on that has `until`. What it
    says after that is printed."""
    words = [str(word) for word in words]
    with subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *words], encoding="utf-8",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as started:
        try:
            said = ""
            for line in started.stdout:
                said += line
                if until in line:
                    break
            expect(until in said, f"{' '.join(words)} ended: {said}")
            yield started
        finally:
            started.terminate()
            print(started.communicate(timeout=20)[0], end="")


def target(program, interface, disk, *options):
    """Our target, or vblade, as e7.3."""
    until = "serving" if str(program).endswith("aoe-target") else "sectors"
    return process(program, *options, *SHELF_SLOT, interface, disk, until=until)
