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

def is_trapping(package):
    """Whether the libraries of a package stop at undefined behaviour: it lies in one of the rooms above."""
    return any([(package + "/").startswith(room + "/") for room in TRAPPING_ROOMS])

def kernel_library(name, copts = [], features = [], **kwargs):
    cc_library(
        name = name,
        copts = KERNEL_COPTS + copts,
        features = features + (["trap_undefined"] if is_trapping(native.package_name()) else []),
        linkstatic = True,
        **kwargs
    )
