"""musl(): the libraries of libc.a, from @musl's sources and the overlay in this folder.

The overlay replaces a source of musl that has the same folder and base name; the flags of single files are here too.
"""

load("@musl//:sources.bzl", "MUSL_SOURCES")
load(":c_archive.bzl", "c_archive")

def _key(path, cpu):
    """src/math/x86_64/fma.c -> math/fma: what a source is known by, whichever CPU's folder it lies in."""
    parts = path.split("/")
    folder = parts[-3] if parts[-2] == cpu else parts[-2]
    return folder + "/" + parts[-1].rpartition(".")[0]

# These keep away from the stack protector (its canary does not exist yet, or they are what checks it), fold away a call
# that cannot matter in one program on one machine, or must not be compiled into a call of themselves.
_MEMORY = ["-fno-builtin", "-fno-stack-protector"]

# mallocng's checks of its own data end in a panic with a reason.
_HEAP = ["-DUSE_REAL_ASSERT", "-I%soverlay/heap"]

# Waits with a deadline though the program may have one thread only.
_SLEEPS = ["-include%soverlay/common/include/sleeps.h"]

# The public names of the timed locks are in overlay/common/src/thread/timed_locks.c.
_SPECIAL = {
    "env/__init_tls": ["-fno-stack-protector", "-Dsys_mmap=__enkel_first_tls"],
    "env/__libc_start_main": ["-fno-stack-protector", "-DENKEL_FOLD=__NR_ppoll"],
    "env/__stack_chk_fail": ["-fno-stack-protector"],
    "malloc/free": _HEAP,
    "mallocng/aligned_alloc": _HEAP + ["-Daligned_alloc=__libc_aligned_alloc"],
    "mallocng/donate": _HEAP,
    "mallocng/free": _HEAP,
    "mallocng/malloc": _HEAP + ["-DENKEL_FOLD=__NR_brk"],
    "mallocng/malloc_usable_size": _HEAP + ["-Dmalloc_usable_size=__libc_malloc_usable_size"],
    "mallocng/realloc": _HEAP,
    "signal/sigsetjmp_tail": ["-DENKEL_SIGNAL_MASK"],
    "stdio/vfprintf": ["-Oz"],  # most of a small image that prints
    "string/memcmp": _MEMORY,
    "string/memcpy": _MEMORY,
    "string/memmove": _MEMORY,
    "string/memset": _MEMORY,
    "thread/__set_thread_area": ["-fno-stack-protector"],
    "thread/mtx_timedlock": _SLEEPS,
    "thread/pthread_cond_timedwait": _SLEEPS,
    "thread/pthread_create": ["-DENKEL_FOLD=__NR_sched_setscheduler"],
    "thread/pthread_mutex_timedlock": ["-Dpthread_mutex_timedlock=__enkel_mutex_timedlock"],
    "thread/pthread_rwlock_timedrdlock": ["-Dpthread_rwlock_timedrdlock=__enkel_rwlock_timedrdlock"],
    "thread/pthread_rwlock_timedwrlock": ["-Dpthread_rwlock_timedwrlock=__enkel_rwlock_timedwrlock"],
    "thread/pthread_sigmask": ["-DENKEL_SIGNAL_MASK"],
    "thread/sem_timedwait": _SLEEPS,
}

def _prefix():
    root = Label("//toolchain/libc").workspace_root
    return (root + "/" if root else "") + "toolchain/libc/"

def _copts(cpu):
    return [
        "-std=c99",
        "-nostdinc",
        "-ffreestanding",
        "-frounding-math",
        "-D_XOPEN_SOURCE=700",
    ] + ["-I" + folder for folder in [
        _prefix() + "overlay/common/include",
        "external/musl/calls/%s/include" % cpu,
        "external/musl/arch/" + cpu,
        "external/musl/arch/generic",
        "external/musl/sysroot/%s/internal" % cpu,
        "external/musl/src/include",
        "external/musl/src/internal",
        "external/musl/sysroot/%s/include" % cpu,
    ]] + [
        "-fno-unwind-tables",
        "-fno-asynchronous-unwind-tables",
        "-Werror=implicit-function-declaration",
        "-Werror=implicit-int",
        "-Werror=pointer-arith",
        "-Werror=pointer-sign",
    ]

def musl(name, cpu, target_compatible_with):
    """libc.a for one CPU; with it NAME_nosys (stubs of absent calls) and NAME_dispatch (syscall(2)).

    Args:
      name: of the library.
      cpu: "aarch64" or "x86_64".
      target_compatible_with: the constraint that says so.
    """
    overlay = {
        _key(path, cpu): path
        for path in native.glob(["overlay/common/src/*/*.c", "overlay/%s/src/*/*.c" % cpu])
    }
    sources = {_key(path, cpu): "@musl//:" + path for path in MUSL_SOURCES[cpu]}
    sources.update(overlay)
    common = dict(
        headers = native.glob(["overlay/common/include/*.h"]) + ["syscall/nosys.h", "@musl//:internal_headers_" + cpu],
        target_compatible_with = target_compatible_with,
    )
    parts = []
    for key, copts in _SPECIAL.items():
        part = name + "_" + key.replace("/", "_")
        c_archive(
            name = part,
            srcs = [sources.pop(key)],
            copts = [flag.replace("%s", _prefix()) for flag in copts] + _copts(cpu),  # first: _HEAP's <assert.h> wins
            **dict(common, headers = common["headers"] + native.glob(["overlay/heap/*.h"]))
        )
        parts.append(part)
    c_archive(name = name, srcs = sources.values(), copts = _copts(cpu), deps = parts, **common)
    c_archive(
        name = name + "_nosys",
        srcs = ["@musl//:nosys_" + cpu],
        copts = _copts(cpu) + ["-I" + _prefix() + "syscall"],
        **common
    )
    c_archive(name = name + "_dispatch", srcs = ["syscall/dispatch.c"], copts = _copts(cpu), **common)
