"""sanitized_test(): a host test once more, under AddressSanitizer and UndefinedBehaviorSanitizer, in every test run.

    cc_test(
        name = "virtio_net_test",
        ...
    )

    sanitized_test(
        name = "virtio_net_sanitized_test",
        test = ":virtio_net_test",
    )

For tests in which a device lies: what a driver reads or writes beside its memory need not show otherwise. All other host
tests run so with --config=asan.
"""

_COPT = "//command_line_option:copt"
_FEATURES = "//command_line_option:features"
_STRIP = "//command_line_option:strip"

def _sanitized_impl(settings, _attr):
    return {
        # Without it the longest of these takes two minutes.
        _COPT: settings[_COPT] + ["-O1"],
        _FEATURES: [feature for feature in settings[_FEATURES] if feature != "asan"] + ["asan"],
        # A report names lines.
        _STRIP: "never",
    }

_sanitized = transition(implementation = _sanitized_impl, inputs = [_COPT, _FEATURES], outputs = [_COPT, _FEATURES, _STRIP])

_RUN = """#!/bin/bash
export ASAN_SYMBOLIZER_PATH=$PWD/{symbolizer}
exec {program} "$@"
"""

def _sanitized_test_impl(ctx):
    program = ctx.attr.test[0][DefaultInfo]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, is_executable = True, content = _RUN.format(
        program = program.files_to_run.executable.short_path,
        symbolizer = ctx.file._symbolizer.short_path,
    ))
    files = ctx.runfiles([program.files_to_run.executable] + ctx.files._symbolizer_files)
    return [DefaultInfo(executable = script, runfiles = files.merge(program.default_runfiles))]

sanitized_test = rule(
    implementation = _sanitized_test_impl,
    attrs = {
        "test": attr.label(cfg = _sanitized, executable = True, mandatory = True, doc = "a cc_test for the host"),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
        "_symbolizer": attr.label(allow_single_file = True, cfg = "exec", default = "@llvm//:bin/llvm-symbolizer"),
        "_symbolizer_files": attr.label(cfg = "exec", default = "@llvm//:llvm-symbolizer"),
    },
    test = True,
)
