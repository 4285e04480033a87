"""Repository rules for pinned Debian packages, binary and source.

The pins stand in pins.bzl and come as attributes (repositories.bzl), so that a new pin makes one repository anew and no
other. A file is looked for in Bazel's repository cache and in --distdir first, by its sha256;
only then is the machine's apt asked (apt_fetch.sh). Whatever comes must have the pinned sha256, and is put into the
repository cache, so that the network is needed once.

--distdir wants the archive's own file names without the epoch: clang-19_19.1.7-3~deb12u1_amd64.deb.
"""

def _state_directory(rctx):
    explicit = rctx.os.environ.get("ENKEL_APT_STATE")
    if explicit:
        return explicit
    cache = rctx.os.environ.get("XDG_CACHE_HOME") or (rctx.os.environ.get("HOME", "/tmp") + "/.cache")
    return cache + "/enkel/apt"

def _cached(rctx, file, sha256):
    """Asks the repository cache (by sha256) and --distdir (by name and sha256). No network: the URL leads nowhere."""
    return rctx.download(
        url = "file:///nonexistent/" + file,
        output = "_fetched/" + file,
        sha256 = sha256,
        allow_fail = True,
    ).success

def _fetch(rctx, architecture, name, version, files):
    """Puts the files of a package ({file name: sha256}) below _fetched/, from a cache or from apt, checked."""
    missing = [file for file, sha256 in files.items() if not _cached(rctx, file, sha256)]
    if not missing:
        return
    rctx.report_progress("fetching %s %s with apt" % (name, version))
    result = rctx.execute(
        ["bash", str(rctx.path(rctx.attr._fetch_script)), _state_directory(rctx), architecture, name, version] + missing,
        timeout = 1800,
    )
    if result.return_code:
        fail("%s %s: %s" % (name, version, result.stderr))
    for file in missing:
        # A download from the file just fetched: checks the sha256 and enters it into the repository cache.
        checked = rctx.download(
            url = "file://%s/%s" % (rctx.path("."), file),
            output = "_fetched/" + file,
            sha256 = files[file],
            allow_fail = True,
        )
        if not checked.success:
            fail(("%s %s: %s does not have the sha256 %s that toolchain/pins.bzl pins. Either the archive was tampered " +
                  "with or the pin is wrong; if you trust the archive: ./bazelw run //toolchain:bump_pin -- %s") %
                 (name, version, file, files[file], name))
        rctx.delete(file)

def _without_epoch(version):
    return version.split(":", 1)[1] if ":" in version else version

def _finish(rctx):
    rctx.delete("_fetched")
    if rctx.attr.setup:
        files = [str(rctx.path(file)) for file in rctx.attr.setup_data]
        result = rctx.execute(["bash", "-e", str(rctx.path(rctx.attr.setup))] + files, timeout = 1800)
        if result.return_code:
            fail("%s: %s%s" % (rctx.attr.setup, result.stdout, result.stderr))
    rctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % rctx.name)
    if rctx.attr.build_file:
        rctx.delete("BUILD")
        rctx.symlink(rctx.attr.build_file, "BUILD.bazel")

_COMMON = {
    "build_file": attr.label(doc = "Becomes the repository's BUILD.bazel; else the package's own is kept."),
    "setup": attr.label(doc = "A bash script that runs in the repository's folder after unpacking."),
    "setup_data": attr.label_list(doc = "Files whose paths are the script's arguments."),
    "_fetch_script": attr.label(default = "//toolchain:apt_fetch.sh"),
}

def _debian_binary_impl(rctx):
    for name, (version, arch, sha256) in rctx.attr.packages.items():
        file = "%s_%s_%s.deb" % (name, _without_epoch(version), arch)
        _fetch(rctx, arch, name, version, {file: sha256})
        result = rctx.execute(["dpkg-deb", "-x", "_fetched/" + file, rctx.attr.unpack_to])
        if result.return_code:
            fail("%s: %s" % (file, result.stderr))
    _finish(rctx)

debian_binary = repository_rule(
    implementation = _debian_binary_impl,
    doc = "A repository made of the unpacked contents of pinned binary packages.",
    attrs = dict(
        _COMMON,
        packages = attr.string_list_dict(mandatory = True, doc = "{name: [version, architecture, sha256]}"),
        unpack_to = attr.string(default = "root", doc = "The folder that plays `/`."),
    ),
    environ = ["ENKEL_APT_STATE"],
)

def _debian_source_impl(rctx):
    _fetch(rctx, "source", rctx.attr.package, rctx.attr.version, rctx.attr.files)
    for file in rctx.attr.files:
        debian = ".debian.tar." in file
        only = ["--wildcards"] + ["*/" + path for path in rctx.attr.only] if rctx.attr.only and not debian else []
        result = rctx.execute(
            ["tar", "-xf", "_fetched/" + file, "--no-same-owner"] + ([] if debian else ["--strip-components=1"]) + only,
            timeout = 1800,
        )
        if result.return_code:
            fail("%s: %s" % (file, result.stderr))
    for patch in rctx.attr.debian_patches:
        # patch(1) comes with Bazel's package; Bazel's own patcher refuses hunks that moved.
        result = rctx.execute(["patch", "-p1", "--fuzz=0", "-i", "debian/patches/" + patch])
        if result.return_code:
            fail("%s: %s%s" % (patch, result.stdout, result.stderr))
    _finish(rctx)

debian_source = repository_rule(
    implementation = _debian_source_impl,
    doc = "A repository made of a pinned source package, unpacked, with the named patches of Debian applied.",
    attrs = dict(
        _COMMON,
        debian_patches = attr.string_list(doc = "Files of debian/patches, in order."),
        only = attr.string_list(doc = "Folders to unpack; empty: all."),
        files = attr.string_dict(mandatory = True, doc = "{file name: sha256}"),
        package = attr.string(mandatory = True, doc = "The source package's name."),
        version = attr.string(mandatory = True, doc = "Its version, with epoch."),
    ),
    environ = ["ENKEL_APT_STATE"],
)
