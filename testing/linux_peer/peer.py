"""A network of its own for a test: a namespace with a tap interface, whose other end a program on the linux board holds.

Everything is made with system calls, so that no tool of the machine is needed. A test that may not make a namespace fails
and says what is missing.
"""

import contextlib
import ctypes
import fcntl
import ipaddress
import os
import socket
import struct
import subprocess
import sys
import threading

# Linux uapi linux/sched.h.
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000

# Linux uapi linux/if_tun.h.
_TUNSETIFF = 0x400454CA
_TUNSETPERSIST = 0x400454CB
_IFF_TAP = 0x0002
_IFF_NO_PI = 0x1000
_IFF_VNET_HDR = 0x4000

# Linux uapi linux/sockios.h, linux/if.h.
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_SIOCSIFADDR = 0x8916
_SIOCSIFNETMASK = 0x891C
_SIOCGIFHWADDR = 0x8927
_SIOCSIFMTU = 0x8922
_IFF_UP = 1

TAP = "enkel0"
RELAYED = "peer0"  # Linux' end where a relay stands between


class NoRight(Exception):
    """The machine does not let the test make its network."""


def _unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def enter_namespace():
    """Moves this process into a network namespace of its own, where it is root."""
    uid, gid = os.getuid(), os.getgid()
    try:
        _unshare(_CLONE_NEWNET)
        return
    except OSError:
        pass
    try:
        _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        for name, text in [("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")]:
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    except OSError as error:
        raise NoRight(f"may not make a network namespace ({error}): run as root, or allow user namespaces "
                      "(sysctl kernel.unprivileged_userns_clone=1)") from error


def _ioctl(request, argument, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_DGRAM) as control:
        return fcntl.ioctl(control, request, argument)


def _set_up(name):
    flags, = struct.unpack_from("H", _ioctl(_SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0)), 16)
    _ioctl(_SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), flags | _IFF_UP))


def _set_ipv4(name, interface):
    for request, address in [(_SIOCSIFADDR, interface.ip), (_SIOCSIFNETMASK, interface.netmask)]:
        _ioctl(request, struct.pack("16sHH4s16x", name.encode(), socket.AF_INET, 0, address.packed))


def _set_ipv6(name, interface):
    index = socket.if_nametoindex(name)
    _ioctl(_SIOCSIFADDR, struct.pack("16sIi", interface.ip.packed, interface.network.prefixlen, index), socket.AF_INET6)


def _make_tap(name):
    try:
        file = os.open("/dev/net/tun", os.O_RDWR)
    except OSError as error:
        raise NoRight(f"may not open /dev/net/tun ({error}): modprobe tun, or run outside of a container") from error
    request = struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI | _IFF_VNET_HDR)
    fcntl.ioctl(file, _TUNSETIFF, request)
    fcntl.ioctl(file, _TUNSETPERSIST, 1)
    os.close(file)


def set_sysctl(name, value):
    """Writes a setting of this namespace, such as "net/ipv6/conf/enkel0/accept_dad"."""
    with open(f"/proc/sys/{name}", "w") as file:
        file.write(str(value))


def mac_of(name=TAP):
    """The Ethernet address of an interface, as bytes."""
    return _ioctl(_SIOCGIFHWADDR, struct.pack("16s24x", name.encode()))[18:24]


def make_network(*addresses, mtu=1500):
    """A namespace of this process's own with the interface TAP, up, with these addresses ("10.0.0.1/24")."""
    enter_namespace()
    _set_up("lo")
    _make_tap(TAP)
    # Its own IPv6 addresses can be used at once.
    set_sysctl(f"net/ipv6/conf/{TAP}/accept_dad", 0)
    _ioctl(_SIOCSIFMTU, struct.pack("16sI20x", TAP.encode(), mtu))
    _set_up(TAP)
    for text in addresses:
        interface = ipaddress.ip_interface(text)
        (_set_ipv4 if interface.version == 4 else _set_ipv6)(TAP, interface)


def add_ipv4(number, address):
    """Another address ("10.0.0.1/24") of TAP; numbers tell them apart."""
    _set_ipv4(f"{TAP}:{number}", ipaddress.ip_interface(address))


def tool(path, *arguments, repository="net_tools"):
    """The command and environment of a program of @net_tools, or of another such repository: "usr/bin/iperf3"."""
    root = os.path.join(os.environ["TEST_SRCDIR"], repository, "root")
    libraries = [os.path.join(root, place, "x86_64-linux-gnu") for place in ("usr/lib", "lib")]
    return [os.path.join(root, path), *arguments], dict(os.environ, LD_LIBRARY_PATH=":".join(libraries))


def run_tool(path, *arguments, seconds=60, repository="net_tools", **kwargs):
    """Runs such a program to its end; what it printed. An error where it fails."""
    command, environment = tool(path, *arguments, repository=repository)
    result = subprocess.run(command, env=environment, timeout=seconds, capture_output=True, check=False, **kwargs)
    if result.returncode != 0:
        raise AssertionError(f"{command} ended with {result.returncode}: {result.stdout!r} {result.stderr!r}")
    return result.stdout


def make_relayed_network(address):
    """A namespace as make_network's, but with Linux at RELAYED: the relay carries frames between it and TAP."""
    make_network()
    set_sysctl(f"net/ipv6/conf/{TAP}/disable_ipv6", 1)
    _make_tap(RELAYED)
    _set_up(RELAYED)
    _set_ipv4(RELAYED, ipaddress.ip_interface(address))


class Program:
    """A program on the linux board with the tap's other end. What it prints is kept, and shown when the test fails."""

    def __init__(self, image, *arguments, environment=None):
        self.lines = []
        self._condition = threading.Condition()
        self._has_ended = False
        self.process = subprocess.Popen([image, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env={"ENKEL_TAP": TAP, **(environment or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").rstrip("\n")
            print("image:", text, file=sys.stderr, flush=True)
            with self._condition:
                self.lines.append(text)
                self._condition.notify_all()
        with self._condition:
            self._has_ended = True
            self._condition.notify_all()

    def wait_for_line(self, prefix, seconds=30):
        """The first line that begins so; an error when the program ends or the time is up before it comes."""
        def found():
            return next((line for line in self.lines if line.startswith(prefix)), None)

        with self._condition:
            self._condition.wait_for(lambda: found() is not None or self._has_ended, seconds)
            line = found()
        if line is None:
            raise AssertionError(f"the program did not print {prefix!r} but {self.lines!r}")
        return line

    def stop(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()


@contextlib.contextmanager
def running(image, *arguments, environment=None):
    program = Program(image, *arguments, environment=environment)
    try:
        yield program
    finally:
        program.stop()
