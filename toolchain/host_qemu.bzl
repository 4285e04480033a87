"""The QEMU of this machine as a repository: bazelw installs it, and what it is becomes part of every result's key.

Each emulator is a link to the installed program, so that Bazel digests the program itself: with another QEMU a cached
test result no longer counts. `version.txt` holds what people want to know.
"""

_EMULATORS = ["qemu-system-aarch64", "qemu-system-x86_64"]

def _impl(rctx):
    versions = []
    for name in _EMULATORS:
        path = rctx.which(name)
        if not path:
            fail("%s is not installed. ./bazelw installs it; or: apt-get install qemu-system-arm qemu-system-x86" % name)
        result = rctx.execute([path, "--version"])
        if result.return_code:
            fail("%s --version: %s" % (path, result.stderr))
        digest = rctx.execute(["sha256sum", path])
        versions.append("%s\nsha256 %s" % (result.stdout.split("\n")[0], digest.stdout.split(" ")[0]))
        rctx.symlink(path, name)

    # Firmware that QEMU loads by itself (SeaBIOS, qboot, option ROMs) decides a boot as much as QEMU does.
    firmware = rctx.execute(["bash", "-c", "cd /usr/share && sha256sum qemu/*.bin qemu/*.rom seabios/*.bin 2>/dev/null"])
    rctx.file("version.txt", "\n".join(versions) + "\n" + firmware.stdout)
    rctx.file("WORKSPACE", "workspace(name = \"host_qemu\")\n")
    rctx.file("BUILD.bazel", """
package(default_visibility = ["//visibility:public"])

exports_files(["version.txt"] + {emulators})

filegroup(
    name = "emulators",
    srcs = ["version.txt"] + {emulators},
)
""".format(emulators = repr(_EMULATORS)))

host_qemu = repository_rule(
    implementation = _impl,
    local = True,
    configure = True,
    environ = ["PATH"],
)
