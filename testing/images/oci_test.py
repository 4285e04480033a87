#!/usr/bin/python3
"""A container's image is the layout that the OCI image specification describes, and what it names runs.

Read with nothing of what wrote it: digests, media types, sizes, the layers' identities, the entry point; and by skopeo, whose
code for this is podman's.
"""

import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

from testing.linux_peer import peer

OPTIONS = None
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


class Layout:
    """A layout, read as a tool that pulls would."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.index = json.loads((self.folder / "index.json").read_text())
        self.seen = set()
        self.manifest = json.loads(self.blob(self.index["manifests"][0], MANIFEST))
        self.config = json.loads(self.blob(self.manifest["config"], CONFIG))
        self.layers = [self.blob(layer, LAYER) for layer in self.manifest["layers"]]

    def blob(self, descriptor, media_type):
        """The bytes that a descriptor names, whose size and digest are what it says."""
        assert descriptor["mediaType"] == media_type, descriptor
        algorithm, digest = descriptor["digest"].split(":")
        assert algorithm == "sha256", descriptor
        data = (self.folder / "blobs" / "sha256" / digest).read_bytes()
        assert len(data) == descriptor["size"], descriptor
        assert hashlib.sha256(data).hexdigest() == digest, descriptor
        self.seen.add(digest)
        return data


class Oci(unittest.TestCase):

    def setUp(self):
        self.hello = Layout(OPTIONS.layout)
        self.http = Layout(OPTIONS.serving_layout)

    def test_the_layout_says_its_version_and_holds_what_it_names_and_nothing_else(self):
        for layout in (self.hello, self.http):
            version = json.loads((layout.folder / "oci-layout").read_text())
            self.assertEqual(version, {"imageLayoutVersion": "1.0.0"})
            self.assertEqual({path.name for path in (layout.folder / "blobs" / "sha256").iterdir()}, layout.seen)
            self.assertEqual(sorted(path.name for path in layout.folder.iterdir()), ["blobs", "index.json", "oci-layout"])

    def test_index_manifest_and_configuration_are_of_the_versions_they_say(self):
        self.assertEqual(self.hello.index["schemaVersion"], 2)
        self.assertEqual(self.hello.index["mediaType"], "application/vnd.oci.image.index.v1+json")
        self.assertEqual(len(self.hello.index["manifests"]), 1)
        self.assertEqual(self.hello.manifest["schemaVersion"], 2)
        self.assertEqual(self.hello.manifest["mediaType"], MANIFEST)

    def test_the_platform_is_the_boards(self):
        for layout, architecture in ((self.hello, "amd64"), (self.http, "arm64")):
            self.assertEqual((layout.config["os"], layout.config["architecture"]), ("linux", architecture))
            self.assertEqual(layout.index["manifests"][0]["platform"], {"os": "linux", "architecture": architecture})

    def test_the_identities_of_layers_are_the_digests_of_their_archives(self):
        for layout in (self.hello, self.http):
            self.assertEqual(layout.config["rootfs"]["type"], "layers")
            self.assertEqual(layout.config["rootfs"]["diff_ids"],
                             ["sha256:" + hashlib.sha256(layer).hexdigest() for layer in layout.layers])

    def test_a_program_that_serves_says_its_ports(self):
        self.assertEqual(self.http.config["config"]["ExposedPorts"], {"80/tcp": {}})
        self.assertNotIn("ExposedPorts", self.hello.config["config"])

    def test_the_entry_point_runs_from_the_unpacked_layers(self):
        with tempfile.TemporaryDirectory() as root:
            for number, layer in enumerate(self.hello.layers):
                archive = pathlib.Path(root, f"{number}.tar")
                archive.write_bytes(layer)
                with tarfile.open(archive) as opened:
                    for entry in opened:
                        self.assertEqual((entry.uid, entry.gid, entry.mtime, entry.mode), (0, 0, 0, 0o755))
                        self.assertTrue(entry.isfile())
                    opened.extractall(root)
                archive.unlink()
            (entry_point,) = self.hello.config["config"]["Entrypoint"]
            program = root + entry_point
            self.assertEqual(pathlib.Path(program).read_bytes(), pathlib.Path(OPTIONS.program).read_bytes())
            result = subprocess.run([program], cwd=root, env={}, capture_output=True, text=True, timeout=30, check=True)
            self.assertIn("Hello from Enkel.\n", result.stdout)

    def test_skopeo_inspects_and_copies_it(self):
        for folder, layout in ((OPTIONS.layout, self.hello), (OPTIONS.serving_layout, self.http)):
            with tempfile.TemporaryDirectory() as copy:
                skopeo("copy", "--preserve-digests", f"oci:{folder}", f"dir:{copy}")
                copied = {path.name: path.read_bytes() for path in pathlib.Path(copy).iterdir()}
                self.assertEqual(json.loads(copied.pop("manifest.json")), layout.manifest)
                copied.pop("version")
                parts = [layout.manifest["config"], *layout.manifest["layers"]]
                self.assertEqual(copied, {part["digest"].split(":")[1]: layout.blob(part, part["mediaType"]) for part in parts})
            said = json.loads(skopeo("--override-arch", layout.config["architecture"], "inspect", f"oci:{folder}"))
            self.assertEqual((said["Os"], said["Architecture"]), ("linux", layout.config["architecture"]))
            self.assertEqual(said["Layers"], [layer["digest"] for layer in layout.manifest["layers"]])


def skopeo(*arguments):
    """Runs skopeo, whose policy of signatures would come from the machine it was installed on."""
    return peer.run_tool("usr/bin/skopeo", "--insecure-policy", *arguments, repository="oci_tools")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--layout", "--program", "--serving-layout"):
        parser.add_argument(name, required=True)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=sys.argv[:1] + rest)
