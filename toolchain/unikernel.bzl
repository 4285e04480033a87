"""unikernel() and unikernel_test(): one program, one image for each board.

    load("@enkel//toolchain:unikernel.bzl", "unikernel")

    unikernel(
        name = "hello",
        srcs = ["main.cc"],
        budget = "budget.txt",
    )

makes, for each board (no flag is needed: the rule builds for the board's platform by a transition):

    :rpi3         the image, kernel8.img; likewise :virt, :pc, :linux, ...
    :rpi3.elf     the same program with symbols
    :rpi3.qemu    boots it: bazel run :rpi3.qemu. Prints the emulator's command first; arguments after -- go to it
    :rpi3.surface shows what is in the image and why: bazel run :rpi3.surface
    :rpi3.sdcard  a card with it, :pc.iso a disc (BIOS and UEFI), :linux.oci a container's image (docs/images.md)
    :rpi3.budget  a test: not larger, not slower to main() than budget.txt allows
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("@rules_cc//cc:defs.bzl", "cc_library")
load("//boards:boards.bzl", "BOARDS", "SHARED_PLATFORMS")
load("//toolchain/disk:media.bzl", "media")
load("//toolchain/surface:surface.bzl", "surface_report")
load(":board.bzl", "BoardInfo", "run_description")
load(":image_test.bzl", "IMAGE_TEST_ATTRS", "ImageInfo", "SECONDS", "image_files", "image_test", "quote")

_PLATFORMS = "//command_line_option:platforms"
_MODE = "//command_line_option:compilation_mode"

def _for_board_impl(settings, attr):
    return {
        _PLATFORMS: [str(attr.platform)],
        # An image is what is shipped: without a word from the user it is optimized, and so are its libraries, once.
        _MODE: "dbg" if str(settings[_MODE]) == "dbg" else "opt",
    }

_for_board = transition(implementation = _for_board_impl, inputs = [_MODE], outputs = [_MODE, _PLATFORMS])

_FEATURES = "//command_line_option:features"

def _smallest_for_board_impl(settings, attr):
    return dict(_for_board_impl(settings, attr), **{_FEATURES: settings[_FEATURES] + ["smallest"]})

# A transition of its own: one that does not touch the features leaves all other images' outputs where they are.
_smallest_for_board = transition(
    implementation = _smallest_for_board_impl,
    inputs = [_FEATURES, _MODE],
    outputs = [_FEATURES, _MODE, _PLATFORMS],
)

_ALLOWLIST = attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist")

def _features(ctx):
    return cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = find_cpp_toolchain(ctx),
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )

def _link_elf(ctx, name, board, contexts, table = None):
    """Links the program as NAME.elf; `table`: an object file that it holds, too."""
    toolchain = find_cpp_toolchain(ctx)
    features = _features(ctx)
    return cc_common.link(
        actions = ctx.actions,
        additional_inputs = board.link_inputs + ([table] if table else []),
        cc_toolchain = toolchain,
        feature_configuration = features,
        link_deps_statically = True,
        linking_contexts = contexts,
        name = name + ".elf",
        output_type = "executable",
        user_link_flags = board.link_flags + ([table.path] if table else []),
    ).executable

def _function_names(ctx, command, output, arguments, elfs):
    ctx.actions.run(
        executable = ctx.executable._function_names,
        arguments = ["--nm", ctx.executable._nm.path, "--output", output.path, command] + arguments + [elf.path for elf in elfs],
        inputs = elfs,
        outputs = [output],
        tools = [ctx.executable._nm, ctx.executable._cxxfilt] + ctx.files._llvm_libraries,
        mnemonic = "FunctionNames",
        progress_message = "Naming the functions of %s" % ctx.label,
    )

def _link_named_elf(ctx, name, board, contexts):
    """Links twice: the table of the first one's functions lies in the second. Returns it, the table, and a file that vouches for both."""
    first = _link_elf(ctx, name + ".nameless", board, contexts)
    table = ctx.actions.declare_file(name + ".names.o")
    _function_names(ctx, "make", table, ["--cxxfilt", ctx.executable._cxxfilt.path], [first])
    elf = _link_elf(ctx, name, board, contexts, table)
    alike = ctx.actions.declare_file(name + ".names.checked")
    _function_names(ctx, "check", alike, [], [first, elf])
    return elf, table, alike

def _link_impl(ctx):
    board = ctx.attr.board[BoardInfo]
    name = ctx.attr.image_name
    targets = [ctx.attr.program, ctx.attr.board] + ctx.attr._runtime
    if ctx.attr.function_names:
        targets.append(ctx.attr._kernel_names)
    if (ctx.attr.on_panic or board.on_panic) == "reboot":
        targets.append(ctx.attr._kernel_reboot)

    # The stubs of absent system calls come last: a symbol of the kernel must win over them.
    contexts = [target[CcInfo].linking_context for target in targets + [ctx.attr._stubs]]
    checked, table = [], None
    if ctx.attr.function_names:
        elf, table, alike = _link_named_elf(ctx, name, board, contexts)
        checked.append(alike)
    else:
        elf = _link_elf(ctx, name, board, contexts)
    image = ctx.actions.declare_file(name + ".image/" + board.image)
    ctx.actions.run(
        executable = ctx.executable._objcopy,
        arguments = (["-O", "binary"] if board.raw else ["--strip-all"]) + [elf.path, image.path],
        inputs = depset([elf] + checked, transitive = [ctx.attr._objcopy_files[DefaultInfo].files]),
        outputs = [image],
        mnemonic = "Image",
        progress_message = "Making %s" % image.short_path,
    )
    surface = surface_report(ctx, find_cpp_toolchain(ctx), _features(ctx), name, board, contexts, elf, table)
    return [
        DefaultInfo(files = depset([image])),
        ImageInfo(board = board, elf = elf, image = image, surface = surface),
    ]

def _tool(label):
    return attr.label(allow_single_file = True, cfg = "exec", default = label, executable = True)

_link = rule(
    implementation = _link_impl,
    attrs = {
        "board": attr.label(mandatory = True, providers = [BoardInfo, CcInfo]),
        "function_names": attr.bool(),
        "image_name": attr.string(mandatory = True),
        "on_panic": attr.string(values = ["", "reboot", "stop"]),
        "program": attr.label(mandatory = True, providers = [CcInfo]),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
        "_cxxfilt": _tool("@llvm//:bin/llvm-cxxfilt"),
        "_function_names": attr.label(cfg = "exec", default = "//toolchain/names:function_names", executable = True),
        "_kernel_names": attr.label(default = "//kernel/panic:function_names"),
        "_kernel_reboot": attr.label(default = "//kernel/panic:reboot"),
        "_llvm_libraries": attr.label(cfg = "exec", default = "@llvm//:libraries"),
        "_nm": _tool("@llvm//:bin/llvm-nm"),
        "_objcopy": _tool("@llvm//:bin/llvm-objcopy"),
        "_objcopy_files": attr.label(cfg = "exec", default = "@llvm//:objcopy"),
        "_runtime": attr.label_list(default = [
            "//kernel/boot",
            "//kernel/libc",
            "//boards/machine/posix",
            "//toolchain/cxx:libcxx",
            "//toolchain/libc",
            "//toolchain/cxx:builtins",
        ]),
        "_stubs": attr.label(default = "//toolchain/libc:nosys"),
        "_surface": attr.label(cfg = "exec", default = "//toolchain/surface:surface", executable = True),
    },
    fragments = ["cpp"],
    provides = [ImageInfo],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _image_impl(ctx):
    image = ctx.attr.linked[0][ImageInfo]
    return [
        DefaultInfo(files = depset([image.image]), runfiles = ctx.runfiles([image.image])),
        OutputGroupInfo(elf = depset([image.elf]), surface = depset([image.surface])),
        image,
    ]

def _image_rule(transition):
    return rule(
        implementation = _image_impl,
        attrs = {
            "linked": attr.label(cfg = transition, mandatory = True, providers = [ImageInfo]),
            "platform": attr.label(mandatory = True),
            "_allowlist_function_transition": _ALLOWLIST,
        },
        provides = [ImageInfo],
    )

_image = _image_rule(_for_board)
_smallest_image = _image_rule(_smallest_for_board)

def _elf_impl(ctx):
    elf = ctx.attr.image[ImageInfo].elf
    return [DefaultInfo(files = depset([elf]), runfiles = ctx.runfiles([elf]))]

_elf = rule(
    implementation = _elf_impl,
    attrs = {"image": attr.label(mandatory = True, providers = [ImageInfo])},
)

# Lines of a script that find a free port of the person's machine for each port that the program serves.
def _forwards(ports):
    if not ports:
        return []
    lines = ["forwards="]
    for port in ports:
        lines += [
            "host=%d" % (port if port > 1023 else 8000 + port),
            "while (exec 3<>/dev/tcp/127.0.0.1/$host) 2>/dev/null; do host=$((host + 1)); done",
            "forwards+=,hostfwd=tcp:127.0.0.1:$host-:%d" % port,
            "echo \"http://127.0.0.1:$host/ is port %d of the machine\"" % port,
        ]
    return lines

def _run_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    board = image.board
    namer = ctx.attr._name_frames[DefaultInfo]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    network = board.network_arguments if ctx.attr.serves else []
    arguments = [
        quote(a).replace("{image}", "'\"$image\"'").replace("{forwards}", "'\"$forwards\"'")
        for a in board.emulator_arguments + board.run_arguments + network
    ]
    lines = [
        "#!/bin/bash",
        "# Boots %s on the board %s. Arguments go to %s." % (image.image.short_path, board.name, board.emulator_name or "the program"),
        "image=$PWD/" + quote(image.image.short_path),
    ] + _forwards(ctx.attr.serves if board.network_arguments else []) + [
        "command=(%s \"$@\")" % " ".join(([quote(board.emulator_name)] if board.emulator else []) + arguments),
        "printf '$'",
        "for word in \"${command[@]}\"; do",
        "  case $word in *[!A-Za-z0-9_./,=:+@-]*) printf ' %q' \"$word\" ;; *) printf ' %s' \"$word\" ;; esac",
        "done",
        "printf '\\n'",
    ]
    if board.emulator:
        lines.append("command[0]=$PWD/" + quote(board.emulator.short_path))
    status = board.exit_status
    lines += [
        # What the machine reads stays the terminal; what it prints gets the names of a panic's functions.
        "\"${command[@]}\" | %s %s %s" % (
            quote(namer.files_to_run.executable.short_path),
            quote(image.elf.short_path),
            quote(ctx.file._symbolizer.path),
        ),
        "status=${PIPESTATUS[0]}",
        # The emulator's status for success is not always 0; a shell wants it to be.
        "[ $status = %s ] && exit 0" % (status["zero"] if status["zero"] != "code" else 0),
        "[ $status = 0 ] && exit 1",
        "exit $status",
        "",
    ]
    ctx.actions.write(script, "\n".join(lines), is_executable = True)
    return [DefaultInfo(
        executable = script,
        runfiles = ctx.runfiles(
            [image.image, image.elf] + ([board.emulator] if board.emulator else []) + ctx.files._symbolizer_files,
            transitive_files = board.emulator_files,
        ).merge(namer.default_runfiles),
    )]

def _surface_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    golden = ctx.attr._golden[DefaultInfo]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, is_executable = True, content = "\n".join([
        "#!/bin/bash",
        "# Shows what is in the image; --update FILE writes the board's lines of the file of names.",
        "report=$PWD/" + quote(image.surface.short_path),
        "golden=$PWD/" + quote(golden.files_to_run.executable.short_path),
        "if [ \"$1\" = --update ]; then",
        "  cd \"${BUILD_WORKING_DIRECTORY:-.}\" && exec \"$golden\" \"$report\" %s \"$2\" --update" % quote(image.board.name),
        "fi",
        "cat \"$report\"",
        "",
    ]))
    files = ctx.runfiles([image.surface]).merge(golden.default_runfiles)
    return [DefaultInfo(executable = script, runfiles = files)]

_surface = rule(
    implementation = _surface_impl,
    attrs = {
        "image": attr.label(mandatory = True, providers = [ImageInfo]),
        "_golden": attr.label(cfg = "exec", default = "//toolchain/surface:golden"),
    },
    executable = True,
)

def _surface_test_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    golden = ctx.attr._golden[DefaultInfo]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    words = [golden.files_to_run.executable.short_path, image.surface.short_path, image.board.name, ctx.file.names.short_path]
    ctx.actions.write(script, "#!/bin/bash\nexec %s\n" % " ".join([quote(word) for word in words]), is_executable = True)
    files = ctx.runfiles([image.surface, ctx.file.names]).merge(golden.default_runfiles)
    return [DefaultInfo(executable = script, runfiles = files)]

_surface_test = rule(
    implementation = _surface_test_impl,
    attrs = {
        "image": attr.label(mandatory = True, providers = [ImageInfo]),
        "names": attr.label(allow_single_file = True, mandatory = True),
        "_golden": attr.label(cfg = "exec", default = "//toolchain/surface:golden"),
    },
    test = True,
)

_run = rule(
    implementation = _run_impl,
    attrs = {
        "image": attr.label(mandatory = True, providers = [ImageInfo]),
        "serves": attr.int_list(),
        "_name_frames": attr.label(cfg = "exec", default = "//testing/runner:name_frames"),
        "_symbolizer": _tool("@llvm//:bin/llvm-symbolizer"),
        "_symbolizer_files": attr.label(cfg = "exec", default = "@llvm//:llvm-symbolizer"),
    },
    executable = True,
)

def _image_test_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    board = image.board
    if not ctx.attr.reboots:
        return image_test(ctx, image, board.spec)
    spec = ctx.actions.declare_file(ctx.label.name + ".spec.json")
    ctx.actions.write(spec, run_description(
        board = board.name,
        emulator = board.emulator,
        arguments = board.emulator_arguments + board.test_arguments + board.reboot_arguments,
        exit_status = board.exit_status,
        log_allowed = board.log_allowed,
    ))
    return image_test(ctx, image, spec)

_image_test = rule(
    implementation = _image_test_impl,
    attrs = IMAGE_TEST_ATTRS,
    test = True,
)

def _measure_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    board = image.board
    output = ctx.actions.declare_file(ctx.label.name + ".json")
    arguments = [
        "--app",
        ctx.attr.app,
        "--spec",
        board.spec.path,
        "--image",
        image.image.path,
        "--elf",
        image.elf.path,
        "--plugin",
        ctx.file._plugin.path,
        "--output",
        output.path,
    ]
    if board.emulator:
        arguments += ["--file", "emulator=" + board.emulator.path]
    ctx.actions.run(
        executable = ctx.executable._measure,
        arguments = arguments,
        inputs = depset(
            image_files(image, board.spec) + [ctx.file._plugin, ctx.file._qemu_version],
            transitive = [board.emulator_files],
        ),
        outputs = [output],
        mnemonic = "Measure",
        progress_message = "Measuring %s on %s" % (ctx.attr.app, board.name),
    )
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles([output]))]

_measure = rule(
    implementation = _measure_impl,
    attrs = {
        "app": attr.string(mandatory = True),
        "image": attr.label(mandatory = True, providers = [ImageInfo]),
        "_measure": attr.label(cfg = "exec", default = "//testing/runner:measure", executable = True),
        "_plugin": attr.label(allow_single_file = True, cfg = "exec", default = "//testing/runner:count_instructions.so"),
        "_qemu_version": attr.label(allow_single_file = True, default = "@host_qemu//:version.txt"),
    },
)

def _budget_test_impl(ctx):
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    checker = ctx.attr._budget[DefaultInfo]
    ctx.actions.write(script, "#!/bin/bash\nexec %s --measurement %s --budget %s\n" % (
        quote(checker.files_to_run.executable.short_path),
        quote(ctx.file.measurement.short_path),
        quote(ctx.file.budget.short_path),
    ), is_executable = True)
    files = ctx.runfiles([ctx.file.measurement, ctx.file.budget]).merge(checker.default_runfiles)
    return [DefaultInfo(executable = script, runfiles = files)]

_budget_test = rule(
    implementation = _budget_test_impl,
    attrs = {
        "budget": attr.label(allow_single_file = True, mandatory = True),
        "measurement": attr.label(allow_single_file = True, mandatory = True),
        "_budget": attr.label(cfg = "exec", default = "//testing/runner:budget"),
    },
    test = True,
)

_COMMAND_LINE = [str(Label("//kernel/boot:main_arguments"))]

_UNIKERNEL = str(Label("//toolchain/constraints:unikernel"))

def _whole_label(board):
    """@enkel//boards/pc -> @enkel//boards/pc:pc. By the text: Label() would take a user's //board for one of Enkel's."""
    return board if ":" in board else board + ":" + board.rpartition("/")[2]

def _board_name(board):
    return _whole_label(board).rpartition(":")[2]

def _platform(board):
    board = _whole_label(board)
    return SHARED_PLATFORMS.get(board, board + ".platform")

def _images(prefix, srcs, deps, boards, copts, data_kwargs, features = [], function_names = False, on_panic = "", serves = [], smallest = []):
    """The program and, for each board, PREFIX + BOARD and PREFIX + BOARD.elf. Returns the boards' names."""
    program = prefix + "program"
    cc_library(
        name = program,
        srcs = srcs,
        copts = copts,
        features = features,
        deps = deps,
        alwayslink = True,  # what registers itself by a constructor (a test, say) is wanted
        linkstatic = True,
        target_compatible_with = [_UNIKERNEL],
        testonly = data_kwargs.get("testonly", False),
        visibility = ["//visibility:private"],
    )
    names = []
    for board in boards:
        name = _board_name(board)
        names.append(name)
        _link(
            name = prefix + name + ".link",
            board = board,
            features = features,
            function_names = function_names,
            image_name = prefix + name,
            on_panic = on_panic,
            program = program,
            tags = ["manual"],
            target_compatible_with = [_UNIKERNEL],
            testonly = data_kwargs.get("testonly", False),
            visibility = ["//visibility:private"],
        )
        rows = {prefix + name: _image}
        shown = prefix + name
        if name in smallest:
            # What is in it and why is told of the one whose functions still know their files.
            shown = prefix + name + ".ordinary"
            rows = {prefix + name: _smallest_image, shown: _image}
        for target, image in rows.items():
            image(name = target, linked = prefix + name + ".link", platform = _platform(board), **data_kwargs)
        _elf(name = prefix + name + ".elf", image = prefix + name, **data_kwargs)
        _run(name = prefix + name + ".qemu", image = prefix + name, serves = serves, **data_kwargs)
        _surface(name = prefix + name + ".surface", image = shown, **data_kwargs)
    return names

def unikernel(
        name,
        srcs,
        deps = [],
        boards = BOARDS,
        budget = None,
        command_line = False,
        copts = [],
        function_names = False,
        on_panic = "",
        serves = [],
        smallest = [],
        surface = None,
        testonly = False,
        visibility = None):
    """A program as one bootable image for each board: :BOARD, :BOARD.elf, :BOARD.qemu. One a package.

    Args:
      name: the app's name; a target of this name builds the images of all boards.
      srcs: the program's sources, with its main().
      deps: what the program uses. The kernel, the C library and the C++ library are there without a word.
      boards: labels of board() targets.
      budget: a file with the most that each board's image may have: bytes, and instructions to main().
      command_line: whether main() gets arguments and environment from the boot command line (docs/command_line.md). On
        linux it has those of the process in any case.
      copts: as in cc_library.
      function_names: whether the image carries the names of its functions, so that a panic on a device names its backtrace
        without the ELF file (docs/when_it_breaks.md tells what that costs).
      serves: TCP ports that the program listens at; a container's image says so. `bazel run :BOARD.qemu` then gives the machine a network that needs
        no rights, with these ports at free ones of 127.0.0.1, and says where.
      smallest: names of those boards ("rpi3") whose images are compiled for the fewest bytes, as one program: all of it once more, for them alone
        (docs/decisions/0020-the-smallest-image.md). Their surface is that of
        :BOARD.ordinary, which is compiled as all are.
      surface: a file with the names of what may be in the images (docs/observability.md): a test fails when they change.
      on_panic: "reboot" or "stop" (power off); by default what the board says. docs/when_it_breaks.md.
      testonly: as everywhere.
      visibility: as everywhere.
    """
    kwargs = {"testonly": testonly, "visibility": visibility}
    names = _images("", srcs, deps + (_COMMAND_LINE if command_line else []), boards, copts, kwargs, function_names = function_names, on_panic = on_panic, serves = serves, smallest = smallest)
    native.filegroup(name = name, srcs = names, **kwargs)
    for board in boards:
        media(_board_name(board), _whole_label(board), name, serves, **kwargs)
    if surface:
        for board in names:
            _surface_test(
                name = board + ".surface_test",
                size = "small",
                image = board + (".ordinary" if board in smallest else ""),
                names = surface,
            )
    if budget:
        for board in names:
            _measure(
                name = board + ".measurement",
                app = name,
                image = board,
                testonly = True,
                visibility = ["//visibility:public"],
            )
            _budget_test(
                name = board + ".budget",
                size = "small",
                budget = budget,
                measurement = board + ".measurement",
            )

def test_images(
        name,
        srcs,
        deps = [],
        boards = BOARDS,
        copts = [],
        features = [],
        function_names = False,
        on_panic = "",
        visibility = None):
    """A program for tests as one image for each board: NAME.BOARD. Nothing is run.

    Args:
      name: what the images' names begin with.
      srcs: the program's sources.
      deps: what the program uses.
      boards: labels of board() targets.
      copts: as in cc_library.
      features: of the toolchain, for the program and the link: "lto", "ubsan".
      function_names: as in unikernel().
      on_panic: as in unikernel().
      visibility: as everywhere.

    Returns:
      The names of the boards.
    """
    kwargs = {"tags": ["manual"], "testonly": True, "visibility": visibility}
    return _images(name + ".", srcs, deps, boards, copts, kwargs, features, function_names, on_panic)

def unikernel_test(
        name,
        srcs,
        deps = [],
        boards = BOARDS,
        copts = [],
        expect_crashes = 0,
        expect_exit = 0,
        expect_lines = [],
        expect_panic = None,
        features = [],
        function_names = False,
        input = {},
        on_panic = "",
        reboots = False,
        size = "medium",
        tags = [],
        visibility = None):
    """Boots a program on each board and judges how it ends: NAME.BOARD, and NAME for all of them.

    A run passes only with the closing line of main() and the machine's clean power-off. A googletest program links
    @enkel//toolchain/packages/googletest:gtest_main, whose main() returns 1 when a test failed.

    Args:
      name: of the test suite.
      srcs: the program's sources.
      deps: what the program uses.
      boards: labels of board() targets.
      copts: as in cc_library.
      expect_crashes: how many panics must come first, each followed by a reset: with `reboots`.
      expect_exit: the value that main() must return.
      expect_lines: regular expressions; each must match a line of the console.
      expect_panic: a regular expression: the program must panic, with a reason that matches.
      features: of the toolchain, for the program and the link: "lto", "ubsan".
      function_names: as in unikernel().
      input: {regular expression: text}: what is typed into the console when a line matches, one after the other.
      on_panic: as in unikernel().
      reboots: whether a reset starts the machine anew (its RAM keeps what it held) instead of ending the run.
      size: "small", "medium" or "large", as everywhere.
      tags: as everywhere.
      visibility: as everywhere.
    """
    for board in test_images(name, srcs, deps, boards, copts, features, function_names, on_panic):
        _image_test(
            name = "%s.%s_test" % (name, board),
            size = size,
            expect_crashes = expect_crashes,
            expect_exit = expect_exit,
            expect_lines = expect_lines,
            expect_panic = expect_panic or "",
            image = "%s.%s" % (name, board),
            input = input,
            reboots = reboots,
            seconds = SECONDS[size],
            tags = tags,
        )
    native.test_suite(
        name = name,
        tests = ["%s.%s_test" % (name, _board_name(board)) for board in boards],
        visibility = visibility,
    )
