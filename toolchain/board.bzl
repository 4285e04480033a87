"""board(): what a machine adds to a program to become an image, and how the image is run.

    board(
        name = "virt",
        platform = "@enkel//toolchain/constraints:aarch64",
        deps = [":virt_library"],                        # implements kernel/boot/board.h
        linker_script = "@enkel//kernel/boot:image.ld",
        image_base = "0x40080000",
        image = "image",                                 # the file's name; `raw` says whether it is ELF or bytes
        raw = True,
        emulator = "@host_qemu//:qemu-system-aarch64",
        emulator_arguments = ["-accel", "tcg", "-M", "virt", "-kernel", "{image}", ...],
        ...
    )

One folder a board; the list of boards is //boards:boards.bzl.
"""

BoardInfo = provider(
    doc = "What unikernel() and unikernel_test() need to know of a board.",
    fields = {
        "count_arguments": "list of str: added to the emulator's arguments to count instructions; None: cannot",
        "emulator": "File: the emulator's program; None: the image is run by Linux itself",
        "emulator_arguments": "list of str; {image} is the image's path",
        "emulator_files": "depset of File: what the emulator needs beside its program",
        "emulator_name": "str: how people call the emulator",
        "exit_status": "dict: the emulator's status for `zero`, `nonzero`, `panic`, `reset` (testing/runner/README.md)",
        "image": "str: name of the image file",
        "link_flags": "list of str",
        "link_inputs": "list of File",
        "log_allowed": "list of str: regular expressions of expected lines in the emulator's log",
        "name": "str",
        "network_arguments": "list of str: give the machine a user-mode network; {forwards} is where its ports are reached",
        "on_panic": "str: \"stop\" or \"reboot\", for images that do not say",
        "raw": "bool: the image is the bytes of the ELF file's segments, not the ELF file",
        "reboot_arguments": "list of str: added where a reset must start the machine anew instead of ending the run",
        "run_arguments": "list of str: added for people, not for tests",
        "spec": "File: the description of a test run, JSON",
        "test_arguments": "list of str: added for tests, not for people",
    },
)

def run_description(board, emulator, arguments, exit_status, log_allowed, count_arguments = None):
    """The description of one run, for //testing/runner (its README.md), as JSON.

    Args:
      board: the name that messages use.
      emulator: File, or None when Linux runs the image.
      arguments: the emulator's, with {placeholders}.
      exit_status: dict, as in BoardInfo.
      log_allowed: regular expressions of expected lines in the emulator's log.
      count_arguments: list, or None when the emulator cannot count instructions.

    Returns:
      The JSON text.
    """
    fields = {
        "argv": (["{emulator}"] if emulator else []) + arguments,
        "board": board,
        "exit_status": struct(**exit_status),
        "log": struct(file = None),
        "start_failure_status": [1] if emulator else [],
    }
    if _LOG in arguments:
        fields["log"] = struct(file = _LOG, allowed = log_allowed, unexpected = "fail")
    if count_arguments != None:
        fields["count"] = struct(argv = count_arguments)
    return struct(**fields).to_json() + "\n"

# The file that a board's test_arguments send the emulator's complaints to.
_LOG = "emulator.log"

def _board_impl(ctx):
    attr = ctx.attr
    link_flags, link_inputs = ["-Wl,-z,max-page-size=4096"], []
    if ctx.file.linker_script:
        link_inputs.append(ctx.file.linker_script)
        link_flags = [
            "-Wl,-T," + ctx.file.linker_script.path,
            "-Wl,--defsym=__image_base=" + attr.image_base,
            # A boot loader copies segments; it maps no pages of the file. So nothing in the file needs their alignment.
            "-Wl,--nmagic",
        ]
    exit_status = {
        name: int(value) if value.isdigit() else (None if value == "none" else value)
        for name, value in attr.exit_status.items()
    }
    count = attr.count_arguments if attr.can_count else None
    spec = ctx.actions.declare_file(ctx.label.name + ".spec.json")
    ctx.actions.write(spec, run_description(
        board = ctx.label.name,
        emulator = ctx.file.emulator,
        arguments = attr.emulator_arguments + attr.test_arguments,
        exit_status = exit_status,
        log_allowed = attr.log_allowed,
        count_arguments = count,
    ))
    return [
        BoardInfo(
            count_arguments = count,
            emulator = ctx.file.emulator,
            emulator_arguments = attr.emulator_arguments,
            emulator_files = depset(ctx.files.emulator_data),
            emulator_name = ctx.file.emulator.basename if ctx.file.emulator else "",
            exit_status = exit_status,
            image = attr.image,
            link_flags = link_flags,
            link_inputs = link_inputs,
            log_allowed = attr.log_allowed,
            name = ctx.label.name,
            network_arguments = attr.network_arguments,
            on_panic = attr.on_panic,
            raw = attr.raw,
            reboot_arguments = attr.reboot_arguments,
            run_arguments = attr.run_arguments,
            spec = spec,
            test_arguments = attr.test_arguments,
        ),
        cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in attr.deps]),
        DefaultInfo(files = depset([spec]), runfiles = ctx.runfiles([spec])),
    ]

_board = rule(
    implementation = _board_impl,
    attrs = {
        "can_count": attr.bool(doc = "Whether the emulator can count instructions."),
        "count_arguments": attr.string_list(doc = "Added to the emulator's arguments to count instructions."),
        "deps": attr.label_list(providers = [CcInfo], doc = "The board's library; it implements kernel/boot/board.h."),
        "emulator": attr.label(allow_single_file = True, doc = "The emulator; none for a board that Linux runs."),
        "emulator_arguments": attr.string_list(doc = "For people and tests; {image} stands for the image's path."),
        "emulator_data": attr.label_list(allow_files = True, doc = "Files that the emulator needs."),
        "exit_status": attr.string_dict(mandatory = True, doc = "The emulator's status by outcome."),
        "image": attr.string(mandatory = True, doc = "Name of the image file."),
        "image_base": attr.string(default = "0", doc = "The address that the image is linked and loaded at."),
        "linker_script": attr.label(allow_single_file = True, doc = "None: the linker's own layout."),
        "log_allowed": attr.string_list(doc = "Regular expressions of expected lines in the emulator's log."),
        "network_arguments": attr.string_list(
            doc = "Added by `bazel run` for a program that serves: a network without rights; {forwards} as BoardInfo says.",
        ),
        "on_panic": attr.string(
            default = "stop",
            values = ["reboot", "stop"],
            doc = "What images do after a panic that do not say it themselves.",
        ),
        "raw": attr.bool(doc = "The image is bytes, not ELF."),
        "reboot_arguments": attr.string_list(doc = "Added by a test whose machine resets itself and goes on."),
        "run_arguments": attr.string_list(doc = "Added by `bazel run`."),
        "test_arguments": attr.string_list(doc = "Added by tests."),
    },
    provides = [BoardInfo, CcInfo],
)

def board(name, platform, **kwargs):
    """A board: the target NAME, and NAME.platform, which its images are built for (unless //boards:boards.bzl says that it shares one).

    Args:
      name: of the board; unikernel() names its image so.
      platform: the platform of //toolchain/constraints that it is built on.
      **kwargs: the attributes of the rule above.
    """
    native.platform(name = name + ".platform", parents = [platform], visibility = ["//visibility:public"])
    _board(name = name, visibility = ["//visibility:public"], **kwargs)
