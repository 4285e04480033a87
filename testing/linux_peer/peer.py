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
_IFF_MULTI_QUEUE = 0x0100

# Linux uapi linux/sockios.h, linux/if.h.
_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_SIOCSIFADDR = 0x8916
_SIOCSIFNETMASK = 0x891C
_SIOCGIFHWADDR = 0x8927
_SIOCSIFMTU = 0x8922
_IFF_UP = 1

_SIOCETHTOOL = 0x8946

# Linux uapi linux/ethtool.h.
_ETHTOOL_STXCSUM = 0x17
_ETHTOOL_STSO = 0x1F
_ETHTOOL_SGSO = 0x24

# Linux uapi linux/rtnetlink.h, linux/if_link.h, linux/veth.h.
_RTM_NEWLINK = 16
_NLM_F_REQUEST_ACK_CREATE = 0x1 | 0x4 | 0x400
_IFLA_IFNAME = 3
_IFLA_LINKINFO = 18
_IFLA_INFO_KIND = 1
_IFLA_INFO_DATA = 2
_VETH_INFO_PEER = 1

TAP = "enkel0"
PACKET = "enkel1"  # the other end of a veth pair, instead of a file
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


def _make_tap(name, queues=1):
    try:
        file = os.open("/dev/net/tun", os.O_RDWR)
    except OSError as error:
        raise NoRight(f"may not open /dev/net/tun ({error}): modprobe tun, or run outside of a container") from error
    request = struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI | _IFF_VNET_HDR | (_IFF_MULTI_QUEUE if queues > 1 else 0))
    fcntl.ioctl(file, _TUNSETIFF, request)
    fcntl.ioctl(file, _TUNSETPERSIST, 1)
    os.close(file)


def _make_veth(name, other):
    """A pair of interfaces, each the other's cable."""
    def attribute(kind, data):
        return struct.pack("HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)

    interface = bytes(16)  # struct ifinfomsg
    peer = interface + attribute(_IFLA_IFNAME, other.encode() + b"\0")
    message = interface + attribute(_IFLA_IFNAME, name.encode() + b"\0") + attribute(
        _IFLA_LINKINFO, attribute(_IFLA_INFO_KIND, b"veth") +
        attribute(_IFLA_INFO_DATA, attribute(_VETH_INFO_PEER, peer)))
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as control:
        control.send(struct.pack("IHHII", 16 + len(message), _RTM_NEWLINK, _NLM_F_REQUEST_ACK_CREATE, 1, 0) + message)
        error, = struct.unpack_from("i", control.recv(4096), 16)
    if error != 0:
        raise NoRight(f"may not make a veth pair ({os.strerror(-error)}): modprobe veth")


def leave_nothing_undone(name):
    """What this machine sends through the interface is summed and cut before."""
    for command in [_ETHTOOL_STSO, _ETHTOOL_SGSO, _ETHTOOL_STXCSUM]:
        value = ctypes.create_string_buffer(struct.pack("II", command, 0))
        _ioctl(_SIOCETHTOOL, struct.pack("16sQ16x", name.encode(), ctypes.addressof(value)))


def set_sysctl(name, value):
    """Writes a setting of this namespace, such as "net/ipv6/conf/enkel0/accept_dad"."""
    with open(f"/proc/sys/{name}", "w") as file:
        file.write(str(value))


def mac_of(name=TAP):
    """The Ethernet address of an interface, as bytes."""
    return _ioctl(_SIOCGIFHWADDR, struct.pack("16s24x", name.encode()))[18:24]


def make_network(*addresses, mtu=1500, has_file=True, queues=1):
    """A namespace of this process's own with the interface TAP, up, with these addresses ("10.0.0.1/24").

    Its other end is a file, or as many as `queues` says, or the interface PACKET.
    """
    enter_namespace()
    _set_up("lo")
    if has_file:
        _make_tap(TAP, queues)
    else:
        _make_veth(TAP, PACKET)
        set_sysctl(f"net/ipv6/conf/{PACKET}/disable_ipv6", 1)
        _set_up(PACKET)
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


def _where_the_other_end_is():
    """As the linux board wants to be told."""
    if any(name == PACKET for _, name in socket.if_nameindex()):
        return {"ENKEL_PACKET": PACKET}
    return {"ENKEL_TAP": TAP}


class Program:
    """A program on the linux board with TAP's other end. What it prints is kept, and shown when the test fails."""

    def __init__(self, image, *arguments, environment=None):
        self.lines = []
        self._condition = threading.Condition()
        self._has_ended = False
        self.process = subprocess.Popen([image, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env={**_where_the_other_end_is(),
                                                                       **(environment or {})})
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
