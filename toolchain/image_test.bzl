"""What every test that boots an image shares: unikernel_test() here, qemu_test() of //testing:qemu_test.bzl."""

ImageInfo = provider(
    doc = "One program built for one board.",
    fields = {
        "board": "BoardInfo",
        "elf": "File: with symbols",
        "image": "File: what the machine boots",
        "surface": "File: what is in it and why",
    },
)

def quote(text):
    """`text` as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"

def image_files(image, spec):
    """The files of a run. `spec`: File, the description of the run."""
    emulator = image.board.emulator
    return [image.image, image.elf, spec] + ([emulator] if emulator else [])

# Size of a test: seconds until the runner calls it a hang. Before Bazel would, who could not say why.
SECONDS = {"small": 55, "medium": 290, "large": 880}

IMAGE_TEST_ATTRS = {
    "expect_crashes": attr.int(),
    "expect_exit": attr.int(),
    "expect_lines": attr.string_list(),
    "expect_panic": attr.string(),
    "image": attr.label(mandatory = True, providers = [ImageInfo]),
    "input": attr.string_dict(),
    "reboots": attr.bool(),
    "seconds": attr.int(),
    # Part of the key of a cached result: what QEMU and its firmware are.
    "_qemu_version": attr.label(allow_single_file = True, default = "@host_qemu//:version.txt"),
    "_runner": attr.label(cfg = "exec", default = "//testing/runner:run_image"),
    "_symbolizer": attr.label(allow_single_file = True, cfg = "exec", default = "@llvm//:bin/llvm-symbolizer"),
    "_symbolizer_files": attr.label(cfg = "exec", default = "@llvm//:llvm-symbolizer"),
}

# The run must fail and say each of $expected: for tests of what the runner says about images that misbehave.
_EXPECT_FAILURE = """
output=$("${command[@]}" 2>&1)
status=$?
printf '%s\\n' "$output"
[ $status = 1 ] || { echo "[test] the run should have failed with status 1, not $status"; exit 1; }
for regex in "${expected[@]}"; do
  grep -Eq -e "$regex" <<< "$output" || { echo "[test] no line above matches /$regex/"; exit 1; }
done
echo "[test] PASSED: the run failed as it should"
"""

def image_test(ctx, image, spec, files = {}, expect_failed_run = []):
    """The providers of a test that boots an image.

    Args:
      ctx: of a rule with IMAGE_TEST_ATTRS.
      image: ImageInfo.
      spec: File, the description of the run (board.bzl, run_description).
      files: {name: File}: further placeholders of the description.
      expect_failed_run: extended regular expressions. If any, the run must fail, and each must match a line of what the
        runner says; the other expectations are the run's.

    Returns:
      A list of providers.
    """
    board = image.board
    attr = ctx.attr
    if board.emulator:
        files = dict(files, emulator = board.emulator)
    arguments = [
        "--spec",
        spec.short_path,
        "--image",
        image.image.short_path,
        "--elf",
        image.elf.short_path,
        "--symbolizer",
        ctx.file._symbolizer.path,
        "--timeout",
        str(attr.seconds),
    ]
    for name, file in files.items():
        arguments += ["--file", "%s=%s" % (name, file.short_path)]
    if attr.expect_panic:
        arguments += ["--expect-panic", attr.expect_panic]
    elif attr.expect_exit:
        arguments += ["--expect-exit", str(attr.expect_exit)]
    if attr.expect_crashes:
        arguments += ["--expect-crashes", str(attr.expect_crashes)]
    for line in attr.expect_lines:
        arguments += ["--expect-line", line]
    for regex, text in attr.input.items():
        arguments += ["--type", regex, text]
    runner = attr._runner[DefaultInfo]
    command = " ".join([quote(word) for word in [runner.files_to_run.executable.short_path] + arguments])
    if expect_failed_run:
        content = "command=(%s)\nexpected=(%s)%s" % (
            command,
            " ".join([quote(regex) for regex in expect_failed_run]),
            _EXPECT_FAILURE,
        )
    else:
        content = "exec %s \"$@\"\n" % command
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "#!/bin/bash\n" + content, is_executable = True)
    runfiles = ctx.runfiles(
        image_files(image, spec) + [ctx.file._qemu_version] + ctx.files._symbolizer_files + files.values(),
        transitive_files = board.emulator_files,
    ).merge(runner.default_runfiles)
    return [DefaultInfo(executable = script, runfiles = runfiles)]
