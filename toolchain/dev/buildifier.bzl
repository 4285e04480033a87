"""Repository rule for buildifier, the formatter and linter of BUILD files.

It is published as an npm package and not by Debian, so the machine's npm fetches it, with a cache of its own that is
thrown away. Only //toolchain/dev:lint and :format need it; they are no part of //..., so that a plain build or test
needs no npm. The repository cache and --distdir are asked first, as for Debian packages (toolchain/apt.bzl).
"""

def _impl(rctx):
    spec = "@bazel/buildifier@" + rctx.attr.version
    file = "bazel-buildifier-%s.tgz" % rctx.attr.version
    cached = rctx.download(
        url = "file:///nonexistent/" + file,
        output = "fetched/" + file,
        sha256 = rctx.attr.sha256,
        allow_fail = True,
    ).success
    if not cached:
        npm = rctx.which("npm")
        if not npm:
            fail("buildifier comes from the npm registry, and this machine has no npm. Please: apt-get install npm")
        result = rctx.execute([npm, "pack", "--loglevel=error", "--ignore-scripts", "--cache", "npm_cache", spec])
        if result.return_code:
            fail("npm pack %s: %s%s" % (spec, result.stdout, result.stderr))

        # A download of the file just fetched: checks the sha256 and enters it into the repository cache.
        rctx.download(
            url = "file://%s/%s" % (rctx.path("."), file),
            output = "fetched/" + file,
            sha256 = rctx.attr.sha256,
        )
        rctx.delete(file)
        rctx.delete("npm_cache")
    result = rctx.execute(
        ["tar", "-xf", "fetched/" + file, "--strip-components=1", "package/LICENSE", "package/buildifier-linux_amd64"],
    )
    if result.return_code:
        fail("%s: %s" % (file, result.stderr))
    rctx.delete("fetched")
    rctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % rctx.name)
    rctx.file("BUILD.bazel", "exports_files([\"buildifier-linux_amd64\"])\n")

buildifier_repository = repository_rule(
    implementation = _impl,
    doc = "buildifier for x86_64 Linux as the file :buildifier-linux_amd64.",
    attrs = {
        "sha256": attr.string(mandatory = True, doc = "Of the npm package's archive."),
        "version": attr.string(mandatory = True),
    },
)

def buildifier():
    """Defines @buildifier. To take another version: npm pack it, and write its sha256 here."""
    buildifier_repository(
        name = "buildifier",
        sha256 = "b96ea9b13003036c801f52bee6f9b0314738f8432e5cb9d814c89f59292604ee",
        version = "8.2.1",
    )
