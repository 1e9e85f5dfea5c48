# SPDX-License-Identifier: MIT
"""Debian's kernel for guests: fetched and unpacked without being installed, and what its modules
need."""

import fcntl
import glob
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

PACKAGE = "linux-image-amd64"  # The cloud flavour lacks the AoE driver.
# Two thirds of the package, and nothing that a guest without a screen needs.
LEFT_OUT = ("drivers/gpu", "drivers/media", "drivers/net/wireless", "sound")


class Obstacle(Exception):
    """Why there can be no guest: one sentence for the user."""


def default_folder():
    """Where kernels are kept when nobody says where."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "aoe-conform", "guest")


def _run(*command, folder):
    try:
        return subprocess.run(command, check=True, cwd=folder, encoding="utf-8",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout
    except FileNotFoundError:
        raise Obstacle(f"fetching a kernel needs '{command[0]}', of Debian") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        raise Obstacle(f"cannot fetch a kernel: '{' '.join(command)}' says: "
                       f"{said[-1] if said else error.returncode}") from None


def fetch(folder):
    """Puts the kernel package's files into the folder, unless one is there. About 70 MB come over
    the network; 270 MB stay. Nothing is installed."""
    folder = os.path.abspath(folder)  # What unpacks works elsewhere.
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if glob.glob(os.path.join(folder, "boot", "vmlinuz-*")):
            return
        with tempfile.TemporaryDirectory(dir=folder) as work:
            names = _run("apt-cache", "depends", "--important", PACKAGE, folder=work)
            found = re.search(r"Depends: (linux-image-[^<\s]+)", names)
            if not found:
                raise Obstacle(f"apt-cache knows no {PACKAGE}: is this a Debian whose package lists"
                               " are there (apt-get update)?")
            _run("apt-get", "-qq", "download", found[1], folder=work)
            package = glob.glob(os.path.join(work, "*.deb"))[0]
            unpack = "set -o pipefail; dpkg-deb --fsys-tarfile \"$1\" | tar -x" + "".join(
                f" --exclude='./lib/modules/*/kernel/{name}'" for name in LEFT_OUT)
            _run("bash", "-c", unpack, "bash", package, folder=work)
            shutil.move(os.path.join(work, "lib"), os.path.join(folder, "lib"))
            shutil.move(os.path.join(work, "boot"), os.path.join(folder, "boot"))


class Module:
    """What a module's file says of itself."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.name = self.path.name.removesuffix(".ko").replace("-", "_")
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise Obstacle(f"cannot read the module '{path}': {error.strerror}") from None

        def values(key):
            found = re.findall(rb"\0" + key + rb"=([^\0]*)\0", b"\0" + content)
            return [value.decode(errors="replace") for value in found]
        self.version = (values(b"vermagic") or [""])[0].split(" ")[0]
        if not self.version:
            raise Obstacle(f"'{path}' is no kernel module")
        self.needs = [name for value in values(b"depends") for name in value.split(",") if name]
        # What it asks the kernel for by name, such as a checksum; nobody but us answers there.
        self.wishes = [name.removeprefix("crypto-") for value in values(b"softdep")
                       for name in value.split() if not name.endswith(":")]


class Kernel:
    """A kernel as its package unpacks it: boot/vmlinuz-VERSION, lib/modules/VERSION."""

    def __init__(self, folder):
        images = glob.glob(os.path.join(folder, "boot", "vmlinuz-*"))
        if not images:
            raise Obstacle(f"there is no kernel in '{folder}': --fetch gets Debian's")
        self.image = max(images, key=lambda name: [int(number)
                                                   for number in re.findall(r"\d+", name)])
        self.version = os.path.basename(self.image).removeprefix("vmlinuz-")
        self._modules = os.path.join(folder, "lib", "modules", self.version)
        self._paths = {}
        for path in glob.glob(os.path.join(self._modules, "**", "*.ko"), recursive=True):
            self._paths[os.path.basename(path)[:-3].replace("-", "_")] = path
        with open(os.path.join(self._modules, "modules.builtin"), encoding="utf-8") as names:
            self._built_in = {os.path.basename(line.strip())[:-3].replace("-", "_")
                              for line in names}

    def _module(self, name):
        if "/" in name or name.endswith(".ko"):
            return Module(name)
        path = self._paths.get(name.replace("-", "_"))
        if not path:
            raise Obstacle(f"Linux {self.version} of '{self._modules}' has no module '{name}'; "
                           "a module of your own is named by its path, such as ./my.ko")
        return Module(path)

    def with_needs(self, names):
        """The modules of these names or paths and all that they need, in the order to load."""
        order, seen = [], set(self._built_in)

        def add(name):
            if name.replace("-", "_") in seen:
                return
            module = self._module(name)
            if module.name in seen:
                return
            seen.update((name.replace("-", "_"), module.name))
            if module.version != self.version:
                raise Obstacle(f"'{module.path}' was built for Linux {module.version}, the guest's "
                               f"is {self.version}")
            for need in module.needs:
                add(need)
            for wish in module.wishes:
                for candidate in (wish, wish + "_generic"):
                    if candidate in self._paths:
                        add(candidate)
            order.append(module)
        for name in names:
            add(name)
        return order
