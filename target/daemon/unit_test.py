# SPDX-License-Identifier: MIT
"""What systemd itself says of aoe-target@.service: unit_test.py ROOT BIN_FOLDER."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
# Of 100, less is better. A target needs raw sockets, a network and disks; an ordinary service
# has 96.
MOST_EXPOSED = 25


def analyze(*words):
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def installed_below(prefix, source):
    """What is left of the unit when it is installed there."""
    with tempfile.TemporaryDirectory() as folder:
        units = pathlib.Path(folder + prefix, "lib/systemd/system")
        units.mkdir(parents=True)
        unit = shutil.copy(source / "aoe-target@.service", units)
        subprocess.run(["cmake", f"-DCMAKE_INSTALL_PREFIX={prefix}", "-P",
                        source / "install_unit.cmake"], check=True,
                       env={**os.environ, "DESTDIR": folder})
        return pathlib.Path(unit).read_text()


def main(root, programs):
    source = pathlib.Path(root) / "target/daemon"
    text = (source / "aoe-target@.service").read_text()
    for prefix in ("/usr", "/opt/aoe"):
        found = installed_below(prefix, source)
        if found != text.replace("/usr/bin/aoe-target", f"{prefix}/bin/aoe-target"):
            print(f"below {prefix} another unit is installed: {found}")
            return 1
    if not shutil.which("systemd-analyze"):
        print("there is no systemd-analyze here")
        return 1 if "systemd" in os.environ.get("AOE_REQUIRE", "").split() else SKIP
    version = int(re.search(r"systemd (\d+)", analyze("--version")[1])[1])
    if version < 250:
        print(f"systemd-analyze {version} cannot look at a unit that is not installed")
        return SKIP
    if "ExecStart=/usr/bin/aoe-target --config /etc/aoe-target/%i.toml\n" not in text:
        print("the unit starts something else")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / "aoe-target@.service"
        unit.write_text(text.replace("/usr/bin/aoe-target", f"{programs}/aoe-target"))
        # The page is not installed here.
        status, said = analyze("verify", "--man=no", f"{folder}/aoe-target@shop.service")
        if status != 0 or "aoe-target" in said:
            print(said)
            return 1
        status, said = analyze("security", "--offline=true", "--no-pager",
                               f"--threshold={MOST_EXPOSED}", str(unit))
        print(said)
        return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
