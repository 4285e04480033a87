#!/usr/bin/python3
"""Writes an image layout of the Open Container Initiative: one layer, with one static program.

The same input gives the same bytes: no time, no user, no compressor.
"""

import argparse
import hashlib
import io
import json
import os
import sys
import tarfile

_BEGINNING = "1970-01-01T00:00:00Z"
_TYPE = "application/vnd.oci.image."


def layer_of(program, name):
    """A tar archive with the program as /NAME, for everybody to execute and for root to own."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = len(program), 0o755, 0
        archive.addfile(entry, io.BytesIO(program))
    return buffer.getvalue()


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def as_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Layout:
    """The folder: what goes into it is named by its hash."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(os.path.join(folder, "blobs", "sha256"), exist_ok=True)

    def put(self, data, kind):
        """Adds a blob; returns its descriptor."""
        digest = digest_of(data)
        self.write(os.path.join("blobs", *digest.split(":")), data)
        return {"digest": digest, "mediaType": _TYPE + kind, "size": len(data)}

    def write(self, name, data):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)


def make(folder, program, name, architecture, ports):
    """Writes the layout of an image whose entry point is /NAME."""
    layout = Layout(folder)
    layer = layout.put(layer_of(program, name), "layer.v1.tar")
    config = {
        "architecture": architecture,
        "config": {"Entrypoint": ["/" + name], "WorkingDir": "/"},
        "created": _BEGINNING,
        "history": [{"created": _BEGINNING, "created_by": "enkel"}],
        "os": "linux",
        # The layer is not compressed, so what identifies it is the blob's own digest.
        "rootfs": {"diff_ids": [layer["digest"]], "type": "layers"},
    }
    if ports:
        config["config"]["ExposedPorts"] = {f"{port}/tcp": {} for port in ports}
    manifest = layout.put(as_json({
        "config": layout.put(as_json(config), "config.v1+json"),
        "layers": [layer],
        "mediaType": _TYPE + "manifest.v1+json",
        "schemaVersion": 2,
    }), "manifest.v1+json")
    manifest["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    manifest["platform"] = {"architecture": architecture, "os": "linux"}
    index = {"manifests": [manifest], "mediaType": _TYPE + "index.v1+json", "schemaVersion": 2}
    layout.write("index.json", as_json(index))
    layout.write("oci-layout", as_json({"imageLayoutVersion": "1.0.0"}))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("output", "program", "name", "architecture"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--port", action="append", type=int, default=[])
    options = parser.parse_args(arguments)
    with open(options.program, "rb") as file:
        program = file.read()
    make(options.output, program, options.name, options.architecture, options.port)


if __name__ == "__main__":
    main(sys.argv[1:])
