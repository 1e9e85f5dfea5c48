# SPDX-License-Identifier: MIT
"""Hostile frames at the daemon: hostile_frames.py BIN_FOLDER CASES.

aoe-fuzz sends them, with every door open, to an export whose state lasts. The daemon is
never started again, answers nothing that it should not, needs no more memory than at first, and
leaves a state that it starts with again.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

DAEMON = pathlib.Path(__file__).resolve().parents[1] / "daemon"
SKIP = 77
GROWTH_BYTES = 4 << 20  # What a first use of everything may take.


def own_network():
    """The words that start a command in a network of its own; none where that is forbidden."""
    users = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    words = ["unshare", *users, "--net"]
    return words if subprocess.run([*words, "true"], capture_output=True,
                                   check=False).returncode == 0 else None


def starts_again(words, target, scratch):
    """Whether the daemon takes the state that it left."""
    config = scratch / "again.toml"
    config.write_text(f'state-dir = "{scratch}/state"\n[export.one]\npath = "{scratch}/disk.img"\n'
                      'shelf = 258\nslot = 0\ninterfaces = ["nobody"]\n')
    (scratch / "disk.img").write_bytes(bytes(1 << 20))
    with subprocess.Popen([*words, target, "--config", str(config)], stderr=subprocess.PIPE,
                          encoding="utf-8") as daemon:
        said = daemon.stderr.readline()
        daemon.send_signal(signal.SIGTERM)
        said += daemon.stderr.read()
    print(said.strip())
    return daemon.returncode == 0 and "waiting for it" in said


def run(folder, cases, words):
    """Whether all is well."""
    # Each change of the state is synced, which is most of the time on a real disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="aoe-hostile-", dir=memory) as scratch:
        scratch = pathlib.Path(scratch)
        command = (f"{DAEMON}/from_config.sh {folder}/aoe-target --state {scratch}/state "
                   "{shelf} {slot} {iface} {file}")
        fuzzed = subprocess.run(
            [folder / "aoe-fuzz", "--start", command, "--cases", cases, "--findings",
             scratch / "findings", "-o", f"json={scratch}/report.json"],
            check=False, env={"ASAN_OPTIONS": "quarantine_size_mb=1",  # Or freed memory counts.
                              **os.environ, "TMPDIR": str(scratch)})
        if fuzzed.returncode != 0:
            return False
        report = json.loads((scratch / "report.json").read_text())
        memory = report["memory_bytes"]
        print(f"soak: {report['cases']} hostile frames, {report['restarts']} restarts, memory "
              f"{memory['first'] >> 10} KiB at first, {memory['last'] >> 10} KiB in the end")
        state = (scratch / "state" / "e258.0").read_text()
        whole = re.fullmatch(r"aoe-target state 1\n(\S.*\n)+end\n", state)
        return (report["restarts"] == 0 and memory["most"] < memory["first"] + GROWTH_BYTES
                and whole and starts_again(words, folder / "aoe-target", scratch))


def main(folder, cases):
    """The exit status."""
    words = own_network()
    if not words:
        print("no right to make network namespaces")
        return 1 if "net" in os.environ.get("AOE_REQUIRE", "") else SKIP
    return 0 if run(pathlib.Path(folder), cases, words) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
