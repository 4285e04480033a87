"""qemu_test(): boots an image that exists already on another machine, or otherwise, than its board says.

    qemu_test(
        name = "virt_with_el2_test",
        image = "//apps/hello:virt",
        add_arguments = ["-M", "virt,virtualization=on"],
    )

passes like unikernel_test() only with the closing line of main() and the machine's clean power-off.
"""

load("//toolchain:board.bzl", "run_description")
load("//toolchain:image_test.bzl", "IMAGE_TEST_ATTRS", "ImageInfo", "SECONDS", "image_test")

def _qemu_test_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    board = image.board
    files = {}
    for target, name in ctx.attr.files.items():
        found = target[DefaultInfo].files.to_list()
        if len(found) != 1:
            fail("%s is not one file" % target.label)
        files[name] = found[0]
    spec = ctx.actions.declare_file(ctx.label.name + ".spec.json")
    ctx.actions.write(spec, run_description(
        board = board.name,
        emulator = board.emulator,
        arguments = (ctx.attr.emulator_arguments or board.emulator_arguments) +
                    ctx.attr.add_arguments + board.test_arguments +
                    (board.reboot_arguments if ctx.attr.reboots else []),
        exit_status = dict(board.exit_status, **{name: int(value) for name, value in ctx.attr.exit_status.items()}),
        log_allowed = board.log_allowed + ctx.attr.log_allowed,
    ))
    return image_test(ctx, image, spec, files, ctx.attr.expect_failed_run)

_qemu_test = rule(
    implementation = _qemu_test_impl,
    attrs = dict(
        IMAGE_TEST_ATTRS,
        add_arguments = attr.string_list(),
        emulator_arguments = attr.string_list(),
        exit_status = attr.string_dict(),
        expect_failed_run = attr.string_list(),
        files = attr.label_keyed_string_dict(allow_files = True),
        log_allowed = attr.string_list(),
    ),
    test = True,
)

def qemu_test(name, image, size = "small", seconds = None, **kwargs):
    """Boots an image of unikernel(), or of unikernel_test(), with arguments of one's own.

    Args:
      name: of the test.
      image: label of the image, //apps/hello:pc.
      size: "small", "medium" or "large", as everywhere.
      seconds: until the run counts as a hang; by default what `size` allows.
      **kwargs: any of
        add_arguments: the emulator's arguments, after the board's. QEMU takes the last -cpu, -m, -kernel, and adds
          up the properties of all -M.
        emulator_arguments: instead of the board's; {image}, {elf} and the names of `files` stand for paths.
        files: {label: name}: files that arguments refer to as {name}.
        exit_status: {"zero": "33"}: what differs from the board's.
        log_allowed: regular expressions of further lines that the emulator's log may have.
        expect_crashes, expect_exit, expect_lines, expect_panic, input, reboots: as in unikernel_test().
        expect_failed_run: extended regular expressions. The run must fail, and the runner must say all of these.
        tags, visibility, ...: as everywhere.
    """
    _qemu_test(
        name = name,
        image = image,
        seconds = seconds or SECONDS[size],
        size = size,
        **kwargs
    )
