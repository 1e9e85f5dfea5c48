# SPDX-License-Identifier: MIT
"""A guest's network cards: taps of the current network namespace, which end with the program that
made them, and bridges to what is there already."""

import contextlib
import fcntl
import os
import re
import struct
import subprocess

from kernel import Obstacle

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x1000, 0x4000


def ip(*words):
    """Runs iproute2's ip. Raises Obstacle with what it says."""
    try:
        subprocess.run(["ip", *words], check=True, stderr=subprocess.PIPE, encoding="utf-8")
    except FileNotFoundError:
        raise Obstacle("a guest's network needs 'ip', of the package iproute2") from None
    except subprocess.CalledProcessError as error:
        raise Obstacle(f"'ip {' '.join(words)}' says: {error.stderr.strip()}") from None


def check_name(name):
    """Raises Obstacle for what the system would refuse as an interface's name."""
    if not re.fullmatch(r"[^\s/:]{1,15}", name):
        raise Obstacle(f"'{name}' cannot be an interface's name: 1 to 15 characters, no blank, '/' "
                       "or ':'")


def mtu_of(interface):
    """The interface's MTU. Raises Obstacle when there is none of this name."""
    check_name(interface)
    # Not /sys/class/net, which shows the network in which it was mounted.
    shown = subprocess.run(["ip", "link", "show", "dev", interface], check=False,
                           capture_output=True, encoding="utf-8")
    found = re.search(r" mtu (\d+)", shown.stdout)
    if not found:
        raise Obstacle(f"there is no interface '{interface}' here")
    return int(found[1])


class Tap:
    """The host's end of a guest's card. fd is for the guest's machine; the interface is gone when
    everyone has closed it, so also after a SIGKILL."""

    def __init__(self, name, mtu):
        check_name(name)
        try:
            self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
            request = struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI | IFF_VNET_HDR)
            fcntl.ioctl(self.fd, TUNSETIFF, request)
        except OSError as error:
            raise Obstacle(f"cannot make the interface '{name}': {error.strerror}; a tap needs "
                           "/dev/net/tun and root, or CAP_NET_ADMIN") from None
        ip("link", "set", name, "addrgenmode", "none")  # Or the host talks IPv6 to the guest.
        ip("link", "set", name, "mtu", str(mtu), "up")


@contextlib.contextmanager
def alone_in_this_network():
    """Guests that start or end at once take turns at their network namespace's bridges."""
    with open("/proc/self/ns/net", "rb") as network:
        fcntl.flock(network, fcntl.LOCK_EX)
        yield


class Bridge:
    """Joins a tap to an interface that is there: to the bridge that it is or belongs to, else by a
    bridge named after the interface, which the last guest there removes in close()."""

    @alone_in_this_network()
    def __init__(self, tap, interface):
        shown = subprocess.run(["ip", "-d", "link", "show", "dev", interface], check=False,
                               capture_output=True, encoding="utf-8").stdout
        master = re.search(r" master (\S+)", shown)
        self._tap, self._interface = tap, interface
        self._own = ("b-" + interface)[:15]
        if re.search(r"^\s+bridge ", shown, re.MULTILINE):
            self._bridge = interface
        elif master:
            self._bridge = master[1]
        else:
            self._bridge = self._own
            # Without spanning tree and snooping it only carries frames, at once.
            ip("link", "add", self._own, "type", "bridge", "stp_state", "0", "forward_delay", "0",
               "mcast_snooping", "0")
            ip("link", "set", self._own, "addrgenmode", "none")
            ip("link", "set", self._own, "mtu", str(mtu_of(interface)), "up")
            ip("link", "set", interface, "master", self._own, "up")
        ip("link", "set", tap, "master", self._bridge)

    @alone_in_this_network()
    def close(self):
        """Removes the bridge if it is of our making and nobody else's tap is on it."""
        if self._bridge != self._own:
            return
        shown = subprocess.run(["ip", "-o", "link", "show", "master", self._own], check=False,
                               capture_output=True, encoding="utf-8").stdout
        ports = set(re.findall(r"^\d+: ([^:@]+)", shown, re.MULTILINE))
        if ports <= {self._tap, self._interface}:
            subprocess.run(["ip", "link", "delete", self._own], check=False,
                           stderr=subprocess.DEVNULL)
