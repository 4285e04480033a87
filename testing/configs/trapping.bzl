"""trapping_test(): undefined behaviour is a trap in the libraries of parsers and drivers, as they are compiled."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load("//toolchain:kernel_library.bzl", "trap_feature")
load("//toolchain/dev:graph.bzl", "dependencies", "is_ours")

_TrappingInfo = provider(
    doc = "What the aspect found in a target and all below.",
    fields = {
        "without": "depset of labels, of libraries that lie in a trapping room and do not trap",
        "yes": "depset of labels, of libraries that trap",
    },
)

# The kinds that row H20 promises (docs/hardening.md), by the feature that looks for them.
_VALUES = ["bounds", "shift", "signed-integer-overflow"]
_KINDS = {"trap_undefined": _VALUES + ["alignment", "null"], "trap_values": _VALUES}

def _list(arguments, flag):
    found = []
    for argument in arguments:
        if argument.startswith(flag):
            found += argument[len(flag):].split(",")
    return found

def _traps(arguments, kinds):
    """Whether a command line of the compiler asks for the checks, and for traps rather than messages."""
    checks, traps = _list(arguments, "-fsanitize="), _list(arguments, "-fsanitize-trap=")
    return all([kind in checks and kind in traps for kind in kinds]) and not _list(arguments, "-fno-sanitize=")

def _command_line(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    return cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile,
        variables = cc_common.create_compile_variables(
            feature_configuration = features,
            cc_toolchain = toolchain,
            user_compile_flags = ctx.rule.attr.copts,
        ),
    )

def _is_compiled(ctx):
    return any([file.extension in ["c", "cc"] for source in ctx.rule.attr.srcs for file in source.files.to_list()])

def _trapping_impl(target, ctx):
    yes, without = [], []
    if is_ours(target.label) and ctx.rule.kind == "cc_library" and _is_compiled(ctx):
        feature = trap_feature(target.label.package)
        if _traps(_command_line(ctx), _KINDS[feature or "trap_undefined"]):
            yes.append(str(target.label))
        elif feature:
            without.append(str(target.label))
    below = [item[_TrappingInfo] for item in dependencies(ctx.rule.attr) if _TrappingInfo in item]
    return [_TrappingInfo(
        without = depset(without, transitive = [info.without for info in below]),
        yes = depset(yes, transitive = [info.yes for info in below]),
    )]

_trapping = aspect(
    implementation = _trapping_impl,
    attr_aspects = ["*"],
    attrs = {"_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain")},
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

_PLATFORMS = "//command_line_option:platforms"

def _for_target_impl(_settings, _attr):
    return {_PLATFORMS: str(Label("//toolchain/constraints:aarch64"))}

_for_target = transition(implementation = _for_target_impl, inputs = [], outputs = [_PLATFORMS])

def _trapping_test_impl(ctx):
    infos = [target[_TrappingInfo] for target in ctx.attr.images + ctx.attr.libraries]
    without = depset(transitive = [info.without for info in infos]).to_list()
    yes = depset(transitive = [info.yes for info in infos]).to_list()
    wrong = ["%s lies in a trapping room and does not trap" % label for label in without]
    wrong += ["%s does not trap" % label for label in ctx.attr.expected if label not in yes]
    script = "cat << 'END'\n%s\nEND\n%s\n" % (
        "\n".join(sorted(wrong) or ["traps: " + label for label in sorted(yes)]),
        "exit 1" if wrong else "exit 0",
    )
    executable = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(executable, "#!/bin/sh\n" + script, is_executable = True)
    return [DefaultInfo(executable = executable)]

trapping_test = rule(
    implementation = _trapping_test_impl,
    doc = "Passes when every library that these need, and that lies in a trapping room, is compiled with traps.",
    attrs = {
        "expected": attr.string_list(doc = "Labels that must be among those that trap."),
        "images": attr.label_list(doc = "Images: each is compiled for its board.", aspects = [_trapping]),
        "libraries": attr.label_list(doc = "Libraries, compiled here for aarch64.", aspects = [_trapping], cfg = _for_target),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    test = True,
)
