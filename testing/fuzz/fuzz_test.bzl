"""fuzz_test(): a libFuzzer program, and a short test that runs it.

    fuzz_test(
        name = "boot_info_fuzz",
        srcs = ["boot_info_fuzz.cc"],     # extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
        deps = [":boot_info"],
    )

makes, without a flag and with all that the program depends on instrumented (coverage, AddressSanitizer,
UndefinedBehaviorSanitizer):

    :boot_info_fuzz         to search for as long as one likes: bazel run :boot_info_fuzz -- -max_total_time=600 CORPUS
    :boot_info_fuzz_test    the same inputs in each run, for a few seconds
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")

_FEATURES = "//command_line_option:features"
_STRIP = "//command_line_option:strip"
_INSTRUMENTATION = ["asan", "fuzzer"]

def _instrumented_impl(settings, _attr):
    features = [feature for feature in settings[_FEATURES] if feature not in _INSTRUMENTATION]
    return {
        _FEATURES: features + _INSTRUMENTATION,
        # A report names lines.
        _STRIP: "never",
    }

_instrumented = transition(implementation = _instrumented_impl, inputs = [_FEATURES], outputs = [_FEATURES, _STRIP])

# Every search begins with the seeds. Paths of the user's are relative to where `bazel run` was started; what a test finds
# is kept among its outputs.
_RUN = """#!/bin/bash
export ASAN_SYMBOLIZER_PATH=$PWD/{symbolizer}
program=$PWD/{program}
root=$PWD
cd "${{BUILD_WORKING_DIRECTORY:-.}}" || exit 1
exec "$program" {seeds} ${{TEST_UNDECLARED_OUTPUTS_DIR:+"-artifact_prefix=$TEST_UNDECLARED_OUTPUTS_DIR/"}} "$@"
"""

def _fuzz_program_impl(ctx):
    program = ctx.attr.program[0][DefaultInfo]
    seeds = ctx.files.seeds
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, is_executable = True, content = _RUN.format(
        program = program.files_to_run.executable.short_path,
        symbolizer = ctx.file._symbolizer.short_path,
        seeds = '"-seed_inputs=%s"' % ",".join(["$root/" + seed.short_path for seed in seeds]) if seeds else "",
    ))
    files = ctx.runfiles([program.files_to_run.executable] + seeds + ctx.files._symbolizer_files)
    return [DefaultInfo(executable = script, runfiles = files.merge(program.default_runfiles))]

_fuzz_program = rule(
    implementation = _fuzz_program_impl,
    attrs = {
        "program": attr.label(cfg = _instrumented, mandatory = True),
        "seeds": attr.label_list(allow_files = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
        "_symbolizer": attr.label(allow_single_file = True, cfg = "exec", default = "@llvm//:bin/llvm-symbolizer"),
        "_symbolizer_files": attr.label(cfg = "exec", default = "@llvm//:llvm-symbolizer"),
    },
    executable = True,
)

def fuzz_test(name, srcs, deps = [], seeds = [], runs = 200000, max_len = 512):
    """A libFuzzer program for the host: NAME to run, NAME_test to test.

    Args:
      name: of the program.
      srcs: its source, with LLVMFuzzerTestOneInput().
      deps: what it feeds.
      seeds: files that every search begins with, for what is not easily guessed.
      runs: inputs that the test tries.
      max_len: bytes, of the test's longest input.
    """
    cc_binary(
        name = name + ".program",
        testonly = True,
        srcs = srcs,
        linkstatic = True,
        tags = ["manual"],  # of no use without the instrumentation
        visibility = ["//visibility:private"],
        deps = deps + ["@libfuzzer"],
    )
    _fuzz_program(
        name = name,
        testonly = True,
        program = name + ".program",
        seeds = seeds,
    )
    native.sh_test(
        name = name + "_test",
        size = "small",
        srcs = [name],
        args = [
            "-seed=1",
            "-runs=%d" % runs,
            "-max_len=%d" % max_len,
            "-verbosity=0",
        ],
    )
