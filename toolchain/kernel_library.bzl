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

def kernel_library(name, copts = [], **kwargs):
    cc_library(name = name, copts = KERNEL_COPTS + copts, linkstatic = True, **kwargs)
