"""c_archive(): a static library of very many small C and assembly files, compiled in a few actions.

musl is 1,341 files of 20 ms each: as a cc_library, Bazel's own work on each is twice the compiler's. Here one action
compiles a batch, with the flags that the C++ toolchain has for C, and the library is a cc_library to everybody else.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# Files a batch: large enough to hide Bazel's work, small enough to keep every core busy to the end.
_BATCH = 48

def _object_name(file):
    folder = file.dirname.split("/")[-1]
    return "%s_%s.o" % (folder, file.basename.rpartition(".")[0])

def _impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    clang = cc_common.get_tool_for_action(feature_configuration = features, action_name = ACTION_NAMES.c_compile)
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.c_compile,
        variables = cc_common.create_compile_variables(
            feature_configuration = features,
            cc_toolchain = toolchain,
            user_compile_flags = ctx.attr.copts,
        ),
    )
    sources = ctx.files.srcs
    objects = []
    for first in range(0, len(sources), _BATCH):
        batch = sources[first:first + _BATCH]
        outputs = [ctx.actions.declare_file("_objs/%s/%s" % (ctx.label.name, _object_name(file))) for file in batch]
        flag_file = ctx.actions.args()
        flag_file.add_all([clang] + flags + ["-Qunused-arguments", "-c"])
        pairs = ctx.actions.args()
        for source, output in zip(batch, outputs):
            pairs.add_all([source, output])
        ctx.actions.run_shell(
            command = """
command=()
while [ "$1" != -- ]; do command+=("$1"); shift; done
shift
while [ $# -gt 0 ]; do "${command[@]}" "$1" -o "$2" || exit; shift 2; done
""",
            arguments = [flag_file, "--", pairs],
            inputs = depset(batch + ctx.files.headers, transitive = [toolchain.all_files]),
            outputs = outputs,
            mnemonic = "CBatch",
            progress_message = "Compiling %d files of %s" % (len(batch), ctx.label),
        )
        objects += outputs

    archive = ctx.actions.declare_file("lib%s.a" % ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add_all(["rcsD", archive])
    arguments.add_all(objects)
    arguments.use_param_file("@%s", use_always = True)
    arguments.set_param_file_format("multiline")
    ctx.actions.run(
        executable = cc_common.get_tool_for_action(
            feature_configuration = features,
            action_name = ACTION_NAMES.cpp_link_static_library,
        ),
        arguments = [arguments],
        inputs = depset(objects, transitive = [toolchain.all_files]),
        outputs = [archive],
        mnemonic = "CArchive",
        progress_message = "Archiving %s" % ctx.label,
    )
    library = cc_common.create_library_to_link(
        actions = ctx.actions,
        cc_toolchain = toolchain,
        feature_configuration = features,
        static_library = archive,
    )
    linker_input = cc_common.create_linker_input(owner = ctx.label, libraries = depset([library]))
    linking = cc_common.create_linking_context(linker_inputs = depset([linker_input]))
    own = CcInfo(linking_context = linking)
    return [
        cc_common.merge_cc_infos(cc_infos = [own] + [dep[CcInfo] for dep in ctx.attr.deps]),
        DefaultInfo(files = depset([archive])),
    ]

c_archive = rule(
    implementation = _impl,
    attrs = {
        "copts": attr.string_list(),
        "deps": attr.label_list(providers = [CcInfo]),
        "headers": attr.label_list(allow_files = True),
        "srcs": attr.label_list(allow_files = [".S", ".c", ".s"]),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    provides = [CcInfo],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
