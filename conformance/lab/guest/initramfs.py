# SPDX-License-Identifier: MIT
"""The root file system of a guest, made on the fly: busybox, modules, files with their
libraries."""

import gzip
import os
import re
import shutil
import stat
import subprocess

from kernel import Obstacle

FOLDERS = ("bin", "dev", "etc", "lib", "mnt", "modules", "proc", "root", "run", "sbin", "sys",
           "tmp")
# The status goes out on the second serial port, where nothing else is written.
INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin:/usr/sbin:/usr/bin HOME=/root TERM=dumb
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
end() {
    echo "$1" >/dev/ttyS1
    sync
    poweroff -f
}
while read -r module parameters; do
    insmod "/modules/$module" $parameters || {
        echo "guest: the module $module cannot be loaded"
        end 125
    }
done </modules/order
ip link set lo up
while read -r card mtu; do
    ip link set "$card" mtu "$mtu" up || {
        echo "guest: no card $card, or it cannot have an MTU of $mtu"
        end 125
    }
done </etc/cards
sh /script </dev/null
status=$?
if [ -e /etc/stay ] && [ $status = 0 ]; then
    echo 0 >/dev/ttyS1
    echo "guest: the script ended, the guest stays"
    while :; do sleep 1000; done
fi
end $status
"""


def busybox():
    """The path of a busybox that needs no library."""
    path = shutil.which("busybox")
    if not path or "ld-linux" in _libraries_text(path):
        raise Obstacle("a guest needs a static busybox, of the package busybox-static")
    return path


def _libraries_text(path):
    return subprocess.run(["ldd", path], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, encoding="utf-8").stdout


def libraries(path):
    """The shared libraries that a program needs, its loader among them."""
    text = _libraries_text(path)
    missing = re.search(r"(\S+) => not found", text)
    if missing:
        raise Obstacle(f"'{path}' needs {missing[1]}, which is not here")
    return re.findall(r"(/\S+) \(0x", text)


class Archive:
    """A cpio archive in the form that the kernel reads as its first file system."""

    def __init__(self):
        self._parts = []
        self._names = set()

    def _entry(self, name, mode, content, device=(0, 0)):
        header = "070701" + "".join(f"{number:08x}" for number in (
            len(self._names) + 1, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(name) + 1, 0))
        for part in (header.encode() + name.encode() + b"\0", content):
            self._parts += [part, b"\0" * (-len(part) % 4)]
        self._names.add(name)

    def folder(self, name):
        """And all above it."""
        name = name.strip("/")
        if name and name not in self._names:
            self.folder(os.path.dirname(name))
            self._entry(name, stat.S_IFDIR | 0o755, b"")

    def file(self, name, content, mode=0o644):
        """Replaces nothing: the first file of a name is the one."""
        name = os.path.normpath(name).strip("/")
        if name in self._names:
            return
        self.folder(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | mode, content)

    def device(self, name, major, minor):
        """A character device."""
        self._entry(name, stat.S_IFCHR | 0o600, b"", (major, minor))

    def copy(self, path, name=None):
        """A file of the host, under its own path or the name, with the libraries it needs."""
        try:
            with open(path, "rb") as file:
                content = file.read()
            executable = os.stat(path).st_mode & 0o111
        except OSError as error:
            raise Obstacle(f"cannot read the file '{path}': {error.strerror}") from None
        self.file(name or os.path.abspath(path), content, 0o755 if executable else 0o644)
        if content.startswith(b"\x7fELF") and executable:
            for library in libraries(path):
                with open(library, "rb") as file:
                    self.file(library, file.read(), 0o755)

    def bytes(self):
        """The whole archive, lightly compressed: the guest unpacks it slowly, too."""
        self._entry("TRAILER!!!", 0, b"")
        return gzip.compress(b"".join(self._parts), compresslevel=1, mtime=0)


def make(modules, parameters, files, script, cards, stay):
    """The archive's bytes. modules: in the order to load; parameters: a text for a module's name;
    files: pairs of a host's path and a guest's, or None for the same; script: bytes; cards: pairs
    of a name and an MTU; stay: whether the guest stays when the script has ended well."""
    archive = Archive()
    for name in FOLDERS:
        archive.folder(name)
    archive.device("dev/console", 5, 1)
    archive.copy(busybox(), "bin/busybox")
    archive.file("init", INIT.encode(), 0o755)
    archive.file("script", script, 0o755)
    for module in modules:
        archive.file(f"modules/{module.path.name}", module.path.read_bytes())
    archive.file("modules/order", "".join(
        f"{module.path.name} {parameters.get(module.name, '')}\n" for module in modules).encode())
    archive.file("etc/cards", "".join(f"{name} {mtu}\n" for name, mtu in cards).encode())
    if stay:
        archive.file("etc/stay", b"")
    for path, name in files:
        archive.copy(path, name)
    return archive.bytes()
