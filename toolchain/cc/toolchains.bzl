"""cc_toolchains(): the cc_toolchain targets, called by @llvm's BUILD file, which owns the tools."""

load(":config.bzl", "cc_config")

# name: (kind, cpu)
TOOLCHAINS = {
    "aarch64": ("unikernel", "aarch64"),
    "aarch64_cortex_a53": ("unikernel_cortex_a53", "aarch64"),
    "aarch64_without_library": ("library", "aarch64"),
    "host": ("host", "x86_64"),
    "x86_64": ("unikernel", "x86_64"),
    "x86_64_without_library": ("library", "x86_64"),
}

_HEADERS = {
    "host": ["@host_sysroot//:headers"],
    "library": [],
    "unikernel": ["@llvm_runtimes//:headers"],
    "unikernel_cortex_a53": ["@llvm_runtimes//:headers"],
}

def cc_toolchains():
    """Declares a cc_toolchain of each name in TOOLCHAINS, with its files."""
    for name, (kind, cpu) in TOOLCHAINS.items():
        headers = _HEADERS[kind] + (["@musl//:headers_" + cpu] if kind.startswith("unikernel") else [])
        libraries = ["@host_sysroot//:libraries"] if kind == "host" else []
        cc_config(name = name + "_config", kind = kind, cpu = cpu)
        native.filegroup(name = name + "_compiler_files", srcs = [":compile"] + headers)
        native.filegroup(name = name + "_linker_files", srcs = [":link"] + libraries)
        native.filegroup(
            name = name + "_all_files",
            srcs = [
                ":archive",
                ":objcopy",
                "bin/llvm-cov",
                "bin/llvm-profdata",
                name + "_compiler_files",
                name + "_linker_files",
            ],
        )
        native.cc_toolchain(
            name = name,
            all_files = name + "_all_files",
            ar_files = ":archive",
            as_files = name + "_compiler_files",
            compiler_files = name + "_compiler_files",
            coverage_files = name + "_all_files",
            dwp_files = ":objcopy",
            linker_files = name + "_linker_files",
            objcopy_files = ":objcopy",
            strip_files = ":objcopy",
            supports_param_files = 1,
            toolchain_config = name + "_config",
            toolchain_identifier = "%s_%s" % (kind, cpu),
        )
