"""once_per_cpu(): a library that is compiled once a CPU, however many boards use it.

A board's platform is part of the path of everything compiled for it, so musl would be compiled for rpi3 and again for
virt. These rules forward a library from a platform that knows the CPU and nothing of the board.
"""

_PLATFORMS = "//command_line_option:platforms"

def _platform(name):
    return str(Label("//toolchain/constraints:" + name))

def _forward(ctx):
    actual = ctx.attr.actual[0]
    return [actual[CcInfo], DefaultInfo(files = actual[DefaultInfo].files)]

def _without_board_impl(settings, attr):
    return {_PLATFORMS: [_platform(attr.cpu)] if attr.cpu else settings[_PLATFORMS]}

def _without_library_impl(settings, attr):
    return {_PLATFORMS: [_platform(attr.cpu + "_without_library")] if attr.cpu else settings[_PLATFORMS]}

_without_board = transition(implementation = _without_board_impl, inputs = [_PLATFORMS], outputs = [_PLATFORMS])
_without_library = transition(implementation = _without_library_impl, inputs = [_PLATFORMS], outputs = [_PLATFORMS])

_ALLOWLIST = attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist")

_once_per_cpu = rule(
    implementation = _forward,
    attrs = {
        "actual": attr.label(mandatory = True, cfg = _without_board, providers = [CcInfo]),
        "cpu": attr.string(),
        "_allowlist_function_transition": _ALLOWLIST,
    },
    provides = [CcInfo],
)

_runtime_library = rule(
    implementation = _forward,
    attrs = {
        "actual": attr.label(mandatory = True, cfg = _without_library, providers = [CcInfo]),
        "cpu": attr.string(),
        "_allowlist_function_transition": _ALLOWLIST,
    },
    provides = [CcInfo],
)

# The CPU of a unikernel's platform; empty for the host, where a library is what it is.
_CPU = {
    "//toolchain/constraints:aarch64_unikernel": "aarch64",
    "//toolchain/constraints:x86_64_unikernel": "x86_64",
    "//conditions:default": "",
}

def once_per_cpu(name, actual, **kwargs):
    """Forwards the cc_library `actual`, compiled for the CPU alone. In a host build: `actual` as it is."""
    _once_per_cpu(name = name, actual = actual, cpu = select(_CPU), **kwargs)

def runtime_library(name, actual, **kwargs):
    """The same for a part of the C and C++ library, compiled without any library's headers in the toolchain."""
    _runtime_library(name = name, actual = actual, cpu = select(_CPU), **kwargs)
