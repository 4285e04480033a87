"""The source files of this workspace that go into targets, for tests that read them."""

load(":graph.bzl", "dependencies", "is_ours")

_SourcesInfo = provider(doc = "Source files.", fields = {"files": "depset of files, for a target and all below"})

def _collect_impl(target, ctx):
    direct = []
    if is_ours(target.label):
        for item in dependencies(ctx.rule.attr):
            if is_ours(item.label):
                direct += [file for file in item.files.to_list() if file.is_source]
    below = [item[_SourcesInfo].files for item in dependencies(ctx.rule.attr) if _SourcesInfo in item]
    return [_SourcesInfo(files = depset(direct, transitive = below))]

_collect = aspect(implementation = _collect_impl, attr_aspects = ["*"])

def _sources_impl(ctx):
    files = depset(transitive = [item[_SourcesInfo].files for item in ctx.attr.targets])
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))]

sources = rule(
    implementation = _sources_impl,
    doc = "All source files of this workspace that `targets` need, through transitions too.",
    attrs = {"targets": attr.label_list(aspects = [_collect])},
)
