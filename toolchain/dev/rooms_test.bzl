"""A test of the aspect `rooms` on purpose-made targets."""

load(":rooms.bzl", "RoomsInfo", "rooms")

def _rooms_test_impl(ctx):
    found = sorted([
        sentence.replace("//toolchain/dev/testdata/rooms/", "//")
        for sentence in ctx.attr.target[RoomsInfo].violations.to_list()
    ])
    wanted = sorted(ctx.attr.violations)
    script = "exit 0\n"
    if found != wanted:
        script = "cat << 'END'\nfound:\n%s\nwanted:\n%s\nEND\nexit 1\n" % ("\n".join(found), "\n".join(wanted))
    executable = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(executable, "#!/bin/sh\n" + script, is_executable = True)
    return [DefaultInfo(executable = executable)]

rooms_test = rule(
    implementation = _rooms_test_impl,
    doc = "Passes when the aspect finds exactly these violations in a target and all below it.",
    attrs = {
        "target": attr.label(mandatory = True, aspects = [rooms]),
        "violations": attr.string_list(doc = "The sentences, with the testdata folder as the root."),
    },
    test = True,
)

def _opt_impl(_settings, _attr):
    return {"//command_line_option:compilation_mode": "opt"}

_opt = transition(
    implementation = _opt_impl,
    inputs = [],
    outputs = ["//command_line_option:compilation_mode"],
)

def _behind_transition_impl(_ctx):
    return [DefaultInfo()]

behind_transition = rule(
    implementation = _behind_transition_impl,
    doc = "Needs a program in another configuration, as an image does.",
    attrs = {
        "program": attr.label(cfg = _opt),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
