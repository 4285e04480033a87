"""clang-tidy over everything that is compiled, as an aspect: each source with the flags that it is compiled with.

    ./bazelw build --config=tidy //...              everything
    ./bazelw build --config=tidy //apps/hello:pc    what is in one image

The checks stand in .clang-tidy. A finding fails the build; a clean source is not looked at again until it, a header
or the checks change. Tests are left out: they would take most of the time, and ship nowhere.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")
load(":graph.bzl", "dependencies", "is_ours")

_TidyInfo = provider(doc = "clang-tidy's reports.", fields = {"reports": "depset of files, for a target and all below"})

def _compile_flags(target, ctx, toolchain, source):
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    context = target[CcInfo].compilation_context
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        source_file = source.path,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts +
                             [ctx.expand_make_variables("copts", flag, {}) for flag in ctx.rule.attr.copts],
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = depset(context.local_defines.to_list(), transitive = [context.defines]),
    )
    return cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile,
        variables = variables,
    )

def _check(target, ctx, toolchain, source):
    report = ctx.actions.declare_file("%s.%s.tidy" % (ctx.label.name, source.basename))
    ctx.actions.run_shell(
        command = "report=$1; shift; \"$@\" > \"$report\" 2>&1 || { cat \"$report\"; exit 1; }",
        arguments = [
            report.path,
            ctx.file._clang_tidy.path,
            "--quiet",
            "--config-file=" + ctx.file._checks.path,
            source.path,
            "--",
        ] + _compile_flags(target, ctx, toolchain, source),
        inputs = depset(
            [source, ctx.file._checks],
            transitive = [target[CcInfo].compilation_context.headers, toolchain.all_files],
        ),
        tools = ctx.attr._clang_tidy_files.files,
        outputs = [report],
        mnemonic = "ClangTidy",
        progress_message = "clang-tidy %s" % source.short_path,
    )
    return report

# Code that is the same for every board is looked at once, as compiled for the reference board, and not once a board.
_PORTABLE = ["apps/", "kernel/", "net/"]
_NOT_PORTABLE = ["kernel/arch/"]

def _is_wanted(target, ctx):
    if not is_ours(target.label) or CcInfo not in target or not hasattr(ctx.rule.attr, "copts") or ctx.rule.attr.testonly:
        return False
    folder = target.label.package + "/"
    if any([folder.startswith(room) for room in _NOT_PORTABLE]) or not any([folder.startswith(room) for room in _PORTABLE]):
        return True
    return ctx.target_platform_has_constraint(ctx.attr._reference_core[platform_common.ConstraintValueInfo])

def _tidy_impl(target, ctx):
    reports = []
    if _is_wanted(target, ctx):
        toolchain = find_cpp_toolchain(ctx)
        for attribute in ctx.rule.attr.srcs:
            reports += [
                _check(target, ctx, toolchain, source)
                for source in attribute.files.to_list()
                if source.extension == "cc" and source.is_source
            ]
    below = [item[_TidyInfo].reports for item in dependencies(ctx.rule.attr) if _TidyInfo in item]
    all_reports = depset(reports, transitive = below)
    return [_TidyInfo(reports = all_reports), OutputGroupInfo(tidy = all_reports)]

tidy = aspect(
    implementation = _tidy_impl,
    doc = "Runs clang-tidy on each C++ source of this workspace that a target needs. Output group: tidy.",
    attr_aspects = ["*"],
    attrs = {
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
        "_checks": attr.label(default = "//:.clang-tidy", allow_single_file = True),
        "_clang_tidy": attr.label(default = "@llvm//:bin/clang-tidy", allow_single_file = True),
        "_clang_tidy_files": attr.label(default = "@llvm//:clang-tidy"),
        "_reference_core": attr.label(default = "//toolchain/constraints:cortex_a53"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
