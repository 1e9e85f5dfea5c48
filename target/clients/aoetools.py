# SPDX-License-Identifier: MIT
"""aoeping and aoecfg, of Debian's aoetools, with our target.

aoetools.py CONFORM TARGET [daemon]
"""

import subprocess
import sys

import lab

ALARMED = -14  # How aoeping ends when nobody answers.


def tool(*words):
    """The exit status and what it prints."""
    done = subprocess.run([*words, *lab.SHELF_SLOT, "cable"], check=False, capture_output=True,
                          encoding="utf-8", timeout=20)
    return done.returncode, done.stdout + done.stderr


def config(*words):
    """What aoecfg prints of the target's config string; nothing when no reply came."""
    status, said = tool("aoecfg", "-t", "1", *words)
    lab.expect(status == 0, f"aoecfg {words} ended with {status}: {said}")
    return said


def check_ping():
    """Both find the target, and read who it is."""
    status, said = tool("aoeping", "-s", "20", "-v")
    lab.expect(status == 0 and "found e7.3" in said, f"aoeping: {status}: {said}")
    status, said = tool("aoeping", "-s", "20", "-I")
    lab.expect(status == 0 and "model: AoE target" in said, f"aoeping -I: {status}: {said}")


def check_config():
    """The config string's whole life: unset, set, asked for, not set again, replaced."""
    for words, answer in (
            ((), "\n"),
            (("-c", "set", "-s", "first"), "first\n"),
            ((), "first\n"),
            (("-c", "test", "-s", "first"), "first\n"),
            (("-c", "test", "-s", "fir"), ""),
            (("-c", "prefix", "-s", "fir"), "first\n"),
            (("-c", "prefix", "-s", "fix"), ""),
            (("-c", "set", "-s", "second"), "*badcfg*\n"),
            (("-c", "fset", "-s", "second"), "second\n"),
            ((), "second\n")):
        said = config(*words)
        lab.expect(said == answer, f"aoecfg {words} says {said!r}, not {answer!r}")


def main(conform, target, way="one disk"):
    """Ends the process with what came out."""
    lab.enter_network("net", target, "aoeping", "aoecfg")
    with lab.Scratch() as folder:
        image, recording = folder / "disk.img", folder / "frames.pcapng"
        image.write_bytes(bytes(1 << 20))
        lab.lay_cable(1500)
        served = (lab.daemon(target, image, folder) if way == "daemon"
                  else lab.target(target, image))
        with served, lab.recorded(recording):
            check_ping()
            check_config()
        status, said = tool("aoeping", "-s", "1")
        lab.expect(status == ALARMED, f"aoeping finds a target that is gone: {status}: {said}")
        lab.check_frames(recording, 24, conform)


if __name__ == "__main__":
    main(*sys.argv[1:])
