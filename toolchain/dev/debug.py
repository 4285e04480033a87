#!/usr/bin/python3
"""Boots an image under gdb and stops at main().

  ./bazelw run //toolchain/dev:debug -- //apps/hello:rpi3             any board but linux_aarch64
  ./bazelw run //toolchain/dev:debug -- //apps/hello:pc -ex 'break sys_write'
                                                                      the rest are arguments of gdb
  ./bazelw run //toolchain/dev:debug -- --full //apps/hello:pc        variables too: -c dbg, builds all libraries anew

Without --full it is the image that ships, with functions and lines. QEMU waits until gdb is there, and its console
appears between gdb's lines. Leaving gdb ends QEMU. Needs gdb-multiarch (for a PC's image, gdb is enough).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

from toolchain.dev import tree


def output_of(label, events):
    """The one output file of the target `label`, from the lines of a build event file."""
    sets, wanted = {}, None
    for line in events:
        event = json.loads(line)
        if "namedSetOfFiles" in event:
            sets[event["id"]["namedSet"]["id"]] = event["namedSetOfFiles"].get("files", [])
        elif "completed" in event and event["id"]["targetCompleted"]["label"] == label:
            wanted = event["completed"]["outputGroup"][0]["fileSets"][0]["id"]
    return urllib.parse.unquote(urllib.parse.urlparse(sets[wanted][0]["uri"]).path)


def build(label, flags, folder):
    """(path of the program with symbols, path of the script that runs the image)."""
    events, script = folder / "events.json", folder / "run"
    common = [*flags, "--ui_event_filters=-info", "--noshow_progress"]
    for command in (["bazel", "build", *common, f"--build_event_json_file={events}", label + ".elf"],
                    ["bazel", "run", *common, f"--script_path={script}", label + ".qemu"]):
        if subprocess.run(command, cwd=tree.root(), check=False).returncode:
            sys.exit(1)
    return output_of(label + ".elf", events.read_text().splitlines()), str(script)


def find_gdb():
    for name in ("gdb-multiarch", "gdb"):
        if shutil.which(name):
            return name
    sys.exit("debug: gdb is not installed. Please: apt-get install gdb-multiarch")


def debug_emulated(gdb, elf, script, socket, arguments):
    """Runs QEMU and gdb until gdb ends; gdb's exit status."""
    emulator = subprocess.Popen([script, "-S", "-gdb", f"unix:{socket},server=on,wait=off"], stdin=subprocess.DEVNULL)
    try:
        while not os.path.exists(socket):
            if emulator.poll() is not None:
                sys.exit("debug: the emulator did not start")
            time.sleep(0.01)
        # A hardware breakpoint: a loader would overwrite the instruction of another kind.
        return subprocess.run([gdb, "-q", elf, "-ex", f"target remote {socket}", "-ex", "thbreak main", "-ex",
                               "continue", *arguments], cwd=tree.root(), check=False).returncode
    finally:
        if emulator.poll() is None:
            emulator.terminate()
        emulator.wait()


def main():
    is_full = sys.argv[1:2] == ["--full"]
    label, *arguments = sys.argv[2 if is_full else 1:] or [""]
    if not label.startswith(("//", "@")):
        sys.exit(__doc__)
    if label.endswith(":linux_aarch64"):
        sys.exit("debug: a foreign process under qemu-user cannot be debugged this way; :linux or :virt can")
    gdb = find_gdb()
    with tempfile.TemporaryDirectory() as folder:
        elf, script = build(label, ["-c", "dbg"] if is_full else [], pathlib.Path(folder))
        if label.endswith(":linux"):
            sys.exit(subprocess.run([gdb, "-q", elf, "-ex", "tbreak main", "-ex", "run", *arguments], cwd=tree.root(),
                                    check=False).returncode)
        sys.exit(debug_emulated(gdb, elf, script, os.path.join(folder, "gdb"), arguments))


if __name__ == "__main__":
    main()
