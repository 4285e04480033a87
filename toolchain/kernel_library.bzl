"""kernel_library(): a cc_library of the kernel, drivers, net or boards.

No exceptions, no RTTI, no guards around static locals: what these rooms are written in. In a host test the same sources
are compiled with the same rules.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")

KERNEL_COPTS = [
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-threadsafe-statics",
    # Nothing is thrown through these rooms, and a backtrace follows frame pointers.
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
]

# Where libraries drive a device or read what others wrote: loaders, firmware, a wire, a terminal, the RAM of the last
# start. In them undefined behaviour is a trap in every build (docs/hardening.md, H20).
TRAPPING_ROOMS = [
    "boards",
    "drivers",
    "kernel/boot",
    "kernel/libc/files",
    "kernel/libc/terminal",
    "net",
]

# Folders of these through which each packet goes. Pointers are not looked at there: a null one stops without it, for the
# first 64 KiB are never mapped, and what others wrote is parsed in net/wire, or byte by byte.
PASSING_FOLDERS = [
    "drivers/bus/virtio",
    "drivers/net/virtio_net",
    "net",
    "net/http",
    "net/interface",
    "net/ip",
    "net/ipv4",
    "net/ipv6",
    "net/neighbor",
    "net/packet",
    "net/route",
    "net/socket",
    "net/stack",
    "net/tcp",
    "net/udp",
]

def _is_in(package, rooms):
    return any([(package + "/").startswith(room + "/") for room in rooms])

def trap_feature(package):
    """What of undefined behaviour stops the libraries of a package: a feature of the toolchain, or None."""
    if package in PASSING_FOLDERS:
        return "trap_values"
    return "trap_undefined" if _is_in(package, TRAPPING_ROOMS) else None

# Through these each packet goes: compiled for speed, but in the smallest images.
FAST_ROOMS = [
    "drivers/bus/virtio",
    "drivers/net/virtio_net",
    "net",
]

# What runs a few times in a life, or when it ends: compiled for the fewest bytes, which the smallest images count.
SMALL_ROOMS = [
    "kernel/arch/aarch64",
    "kernel/panic",
]

# From an interrupt to the handler that waits for it: not compiled for size where all else is.
PROMPT_ROOMS = [
    "drivers/interrupt",
    "kernel/interrupt",
    "kernel/time",
]

def kernel_library(name, copts = [], features = [], **kwargs):
    package = native.package_name()
    trap = trap_feature(package)
    wish = (["fast"] if _is_in(package, FAST_ROOMS) else []) + (["small"] if _is_in(package, SMALL_ROOMS) else []) + (["prompt"] if _is_in(package, PROMPT_ROOMS) else [])
    cc_library(
        name = name,
        copts = KERNEL_COPTS + copts,
        features = features + ([trap] if trap else []) + wish,
        linkstatic = True,
        **kwargs
    )
