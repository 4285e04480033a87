"""The flags of every C++ toolchain: unikernel (aarch64, x86_64), its libraries, and host.

All paths are relative to the execution root and lead into external repositories, so that a command line is the same in
every checkout on every machine. //testing/workspace:remote_cache_test checks it.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load(
    "@bazel_tools//tools/cpp:cc_toolchain_config_lib.bzl",
    "feature",
    "flag_group",
    "flag_set",
    "tool_path",
    "with_feature_set",
)

_C_AND_CXX = [
    ACTION_NAMES.c_compile,
    ACTION_NAMES.cpp_compile,
    ACTION_NAMES.cpp_header_parsing,
    ACTION_NAMES.linkstamp_compile,
]
_CXX = [ACTION_NAMES.cpp_compile, ACTION_NAMES.cpp_header_parsing, ACTION_NAMES.linkstamp_compile]
_ASSEMBLE = [ACTION_NAMES.assemble, ACTION_NAMES.preprocess_assemble]
_COMPILE = _C_AND_CXX + _ASSEMBLE
_LINK = [
    ACTION_NAMES.cpp_link_executable,
    ACTION_NAMES.cpp_link_dynamic_library,
    ACTION_NAMES.cpp_link_nodeps_dynamic_library,
]

def _flags(name, actions, flags, enabled = True, with_features = []):
    return feature(
        name = name,
        enabled = enabled,
        flag_sets = [flag_set(
            actions = actions,
            flag_groups = [flag_group(flags = flags)],
            with_features = with_features,
        )] if flags else [],
    )

_LLVM = "external/llvm/"
_MUSL = "external/musl/sysroot/"
_CXX_RUNTIMES = "external/llvm_runtimes/"
_HOST = "external/host_sysroot/"

# The same result in every checkout on every day.
_REPRODUCIBLE = [
    "-no-canonical-prefixes",
    "-ffile-compilation-dir=.",
    "-Wno-builtin-macro-redefined",
    "-D__DATE__=\"redacted\"",
    "-D__TIMESTAMP__=\"redacted\"",
    "-D__TIME__=\"redacted\"",
]

# Generic aarch64 code is scheduled for the A53 too, and carries the workarounds of its errata: it may run on one.
_CPU_FLAGS = {
    "aarch64": ["-march=armv8-a", "-mtune=cortex-a53", "-mno-outline-atomics", "-mfix-cortex-a53-835769"],
    "aarch64_cortex_a53": ["-mcpu=cortex-a53", "-mno-outline-atomics", "-mfix-cortex-a53-835769"],
    "x86_64": ["-march=x86-64-v2", "-mno-red-zone"],
}

# What `trap_values` looks for, and `trap_undefined` besides.
_VALUE_TRAPS = [
    "bounds",
    "integer-divide-by-zero",
    "return",
    "shift",
    "signed-integer-overflow",
    "unreachable",
    "vla-bound",
]
_POINTER_TRAPS = ["alignment", "null"]

def _optimized(name, flags):
    return feature(
        name = name,
        flag_sets = [flag_set(
            actions = _C_AND_CXX,
            flag_groups = [flag_group(flags = flags)],
            with_features = [with_feature_set(not_features = ["dbg"])],
        )],
    )

# What the linker's code generator is told in the smallest images (docs/decisions/0020-the-smallest-image.md has each one's bytes).
_SMALLEST_LINK = [
    # Twice: the second time sees what the first one left. Commas are part of the word, so it is not -Wl's.
    "-Xlinker",
    "--lto-newpm-passes=lto<Oz>,lto<Oz>",
] + ["-Wl,-mllvm," + word for word in [
    "-inline-threshold=0",  # where it makes the caller no larger
    "-enable-merge-functions",
    "-machine-outliner-reruns=2",
    # Instructions in the order in which they were written: what is scheduled by its surroundings, the outliner takes for different.
    "-enable-misched=false",
    "-disable-post-ra",
]]

def _traps(checks):
    return ["-fsanitize=" + ",".join(checks), "-fsanitize-trap=" + ",".join(checks)]

def _unikernel_features(cpu, cpu_flags, library, smallest):
    target = ["--target=%s-linux-musl" % cpu]
    headers = [
        "-isystem",
        _MUSL + cpu + "/include",
    ]
    cxx_headers = [
        "-nostdinc++",
        "-isystem",
        _CXX_RUNTIMES + "config",
        "-isystem",
        _CXX_RUNTIMES + "libcxx/include",
        "-isystem",
        _CXX_RUNTIMES + "libcxxabi/include",
    ]
    optimize = [
        _flags("opt", _C_AND_CXX, ["-Os", "-DNDEBUG", "-gline-tables-only"], enabled = False),
        _flags("fastbuild", _C_AND_CXX, ["-Os", "-gline-tables-only"], enabled = False),
        _flags("dbg", _C_AND_CXX, ["-O1", "-g"], enabled = False),
    ]
    return optimize + [
        feature(name = "supports_pic", enabled = False),
        feature(name = "static_linking_mode", enabled = True),
        _flags("target", _COMPILE + _LINK, target + cpu_flags),
        _flags("reproducible", _COMPILE, _REPRODUCIBLE),
        _flags("unikernel", _C_AND_CXX, [
            "-resource-dir=" + _LLVM + "lib/clang/19",
            "-nostdlibinc",
            "-fno-pic",
            "-fno-pie",
            "-ftls-model=local-exec",
            "-ffunction-sections",
            "-fdata-sections",
            "-fno-omit-frame-pointer",
            "-fstack-protector-strong",
            "-fstack-clash-protection",
            # A variable that nobody set is zero, and not what the last function left there (docs/hardening.md, H17).
            "-ftrivial-auto-var-init=zero",
            "-Wno-unused-command-line-argument",
        ]),
        _flags("cxx_standard", _CXX, ["-std=c++23"] if library else []),
        _flags("cxx_headers", _CXX, cxx_headers if library else []),
        _flags("c_headers", _COMPILE, headers if library else []),
        _flags("warnings", _C_AND_CXX, ["-Wall", "-Wextra", "-Werror"] if library else ["-w"]),
        _flags("link", _LINK, [
            "-fuse-ld=lld",
            "--ld-path=" + _LLVM + "bin/ld.lld",
            "-nostdlib",
            "-static",
            "-no-pie",
            "-Wl,--gc-sections",
            "-Wl,--eh-frame-hdr",
            "-Wl,--build-id=none",
            "-Wl,--no-dynamic-linker",
            "-Wl,-z,norelro",
            "-Wl,-z,noexecstack",
            "-Wl,--fatal-warnings",
            "-Wno-unused-command-line-argument",
        ] + (["-Wl,--fix-cortex-a53-843419"] if cpu == "aarch64" else [])),

        # For what each packet goes through.
        _optimized("fast", ["-O2"]),

        # For what seldom runs.
        _optimized("small", ["-Oz", "-mno-outline"]),

        # ThinLTO in the link itself. The libraries stay out of it: the compiler makes calls of memcpy and its kin after
        # LTO. The workarounds of errata are attributes of each function, so the link's code has them, too.
        _flags("lto", _C_AND_CXX + _LINK, ["-flto=thin"] if library else [], enabled = False),

        # What answers the moment something happens keeps -Os in such an image.
        feature(name = "prompt"),

        # The fewest bytes (//toolchain:unikernel.bzl, smallest): all but the C and C++ libraries as one program, of which the
        # linker's code generator makes functions of what occurs twice, and addresses of one instruction: then program and data
        # are 1 MiB at most, or the link fails. Without tables for those who throw nothing: one function's are all functions'.
        feature(
            name = "smallest",
            flag_sets = [
                flag_set(
                    actions = _C_AND_CXX,
                    flag_groups = [flag_group(flags = ["-flto=full", "-mcmodel=tiny", "-fno-asynchronous-unwind-tables"])],
                ),
                flag_set(
                    actions = _C_AND_CXX,
                    flag_groups = [flag_group(flags = ["-Oz"])],
                    with_features = [with_feature_set(not_features = ["dbg", "prompt"])],
                ),
                flag_set(
                    actions = _LINK,
                    flag_groups = [flag_group(flags = ["-flto=full", "-Wl,--icf=safe"] + _SMALLEST_LINK)],
                ),
            ] if smallest else [],
        ),

        # Undefined behaviour that stops the machine in every build, in the rooms that //toolchain:kernel_library.bzl lists.
        # No runtime is needed: a check that fails is a trap, and the panic says which kind.
        _flags("trap_undefined", _C_AND_CXX, _traps(_POINTER_TRAPS + _VALUE_TRAPS) if library else [], enabled = False),

        # The same but for pointers.
        _flags("trap_values", _C_AND_CXX, _traps(_VALUE_TRAPS) if library else [], enabled = False),

        # All of it, for everything.
        _flags("ubsan", _C_AND_CXX, [
            "-fsanitize=undefined",
            "-fsanitize-trap=undefined",
            "-fno-sanitize=function,vptr",
        ] if library else [], enabled = False),
    ]

def _host_features():
    sanitize = "-fsanitize=address,undefined"
    return [
        _flags("opt", _C_AND_CXX, ["-O2", "-DNDEBUG", "-gline-tables-only"], enabled = False),
        _flags("fastbuild", _C_AND_CXX, ["-O1", "-gline-tables-only"], enabled = False),
        _flags("dbg", _C_AND_CXX, ["-O0", "-g"], enabled = False),
        feature(name = "supports_pic", enabled = True),
        feature(name = "static_linking_mode", enabled = True),
        feature(name = "supports_dynamic_linker", enabled = True),
        _flags("target", _COMPILE + _LINK, ["--target=x86_64-linux-gnu", "--sysroot=" + _HOST + "root"]),
        _flags("reproducible", _COMPILE, _REPRODUCIBLE),
        _flags("host", _C_AND_CXX, [
            "-resource-dir=" + _LLVM + "lib/clang/19",
            "-nostdlibinc",
            "-fno-omit-frame-pointer",
            "-fstack-protector-strong",
            "-ffunction-sections",
            "-fdata-sections",
            "-Wno-unused-command-line-argument",
        ]),
        _flags("cxx_standard", _CXX, ["-std=c++23", "-D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST"]),
        _flags("cxx_headers", _CXX, ["-nostdinc++", "-isystem", _HOST + "root/usr/lib/llvm-19/include/c++/v1"]),
        _flags("c_headers", _COMPILE, [
            "-isystem",
            _HOST + "root/usr/include/x86_64-linux-gnu",
            "-isystem",
            _HOST + "root/usr/include",
        ]),
        _flags("warnings", _C_AND_CXX, ["-Wall", "-Wextra", "-Werror"]),
        _flags("link", _LINK, [
            "-fuse-ld=lld",
            "--ld-path=" + _LLVM + "bin/ld.lld",
            "-resource-dir=" + _HOST + "clang",
            "-rtlib=compiler-rt",
            "-unwindlib=libunwind",
            "-nostdlib++",
            "-L" + _HOST + "root/usr/lib/llvm-19/lib",
            "-Wl,--gc-sections",
            "-Wl,--build-id=none",
            "-Wno-unused-command-line-argument",
        ]),
        feature(
            name = "host_libraries",
            enabled = True,
            flag_sets = [
                flag_set(
                    actions = [ACTION_NAMES.cpp_link_executable],
                    flag_groups = [flag_group(flags = ["-l:libc++.a", "-l:libc++abi.a", "-l:libunwind.a", "-lpthread", "-lm"])],
                ),
                # A static program needs nothing of the machine it runs on. AddressSanitizer wants a dynamic libc.
                flag_set(
                    actions = [ACTION_NAMES.cpp_link_executable],
                    flag_groups = [flag_group(flags = ["-static"])],
                    with_features = [with_feature_set(not_features = ["asan"])],
                ),
            ],
        ),
        feature(
            name = "asan",
            flag_sets = [
                flag_set(actions = _C_AND_CXX, flag_groups = [flag_group(flags = [sanitize, "-fno-sanitize-recover=all", "-fno-sanitize=vptr,function"])]),
                flag_set(actions = _LINK, flag_groups = [flag_group(flags = [sanitize])]),
            ],
        ),
        # What libFuzzer looks at. The program links @libfuzzer: //testing/fuzz:fuzz_test.bzl.
        _flags("fuzzer", _C_AND_CXX, ["-fsanitize=fuzzer-no-link"], enabled = False),
        feature(
            name = "coverage",
            provides = ["profile"],
            flag_sets = [
                flag_set(actions = _C_AND_CXX, flag_groups = [flag_group(flags = ["-fprofile-instr-generate", "-fcoverage-mapping"])]),
                flag_set(actions = _LINK, flag_groups = [flag_group(flags = ["-fprofile-instr-generate"])]),
            ],
        ),
    ]

def _impl(ctx):
    cpu = ctx.attr.cpu
    if ctx.attr.kind == "host":
        features = _host_features()
        builtin = [_HOST + "root/usr/include", _HOST + "root/usr/lib/llvm-19/include"]
    else:
        key = cpu + "_cortex_a53" if ctx.attr.kind == "unikernel_cortex_a53" else cpu
        smallest = ctx.attr.kind == "unikernel_cortex_a53"
        features = _unikernel_features(cpu, _CPU_FLAGS[key], ctx.attr.kind != "library", smallest)
        builtin = [_MUSL + cpu + "/include", _CXX_RUNTIMES]
        if ctx.attr.kind == "library":
            builtin.append("external/musl")
    return cc_common.create_cc_toolchain_config_info(
        ctx = ctx,
        features = features,
        cxx_builtin_include_directories = ["%workspace%/" + path for path in builtin + [_LLVM + "lib/clang/19/include"]],
        toolchain_identifier = "%s_%s" % (ctx.attr.kind, cpu),
        host_system_name = "x86_64-linux-gnu",
        target_system_name = cpu + ("-linux-gnu" if ctx.attr.kind == "host" else "-linux-musl"),
        target_cpu = cpu,
        target_libc = "glibc" if ctx.attr.kind == "host" else "musl",
        compiler = "clang",
        abi_version = "unknown",
        abi_libc_version = "unknown",
        tool_paths = [tool_path(name = name, path = "bin/" + path) for name, path in {
            "ar": "llvm-ar",
            "cpp": "clang",
            "dwp": "llvm-objcopy",
            "gcc": "clang",
            "gcov": "llvm-profdata",
            "ld": "ld.lld",
            "llvm-cov": "llvm-cov",
            "llvm-profdata": "llvm-profdata",
            "nm": "llvm-nm",
            "objcopy": "llvm-objcopy",
            "objdump": "llvm-objdump",
            "strip": "llvm-strip",
        }.items()],
    )

cc_config = rule(
    implementation = _impl,
    attrs = {
        "cpu": attr.string(mandatory = True, values = ["aarch64", "x86_64"]),
        "kind": attr.string(mandatory = True, values = ["host", "library", "unikernel", "unikernel_cortex_a53"]),
    },
    provides = [CcToolchainConfigInfo],
)
