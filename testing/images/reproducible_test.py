#!/usr/bin/python3
"""A disc made a second time, at another time, in another folder, has the same bytes."""

import filecmp
import os
import subprocess
import sys
import tempfile


def main(mtools, xorriso, cd, efi, hybrid, image, maker, config, disc):
    with tempfile.TemporaryDirectory() as folder:
        again = os.path.join(folder, "again.iso")
        subprocess.run([
            maker, "--output", again, "--mtools", mtools, "--xorriso", xorriso, "--cd", cd, "--efi", efi, "--hybrid", hybrid,
            "--image", image, "--config", config
        ], check=True, env=dict(os.environ, TMPDIR=folder, TZ="Asia/Tokyo"))
        assert os.path.getsize(disc) < 8 * 2**20, os.path.getsize(disc)
        assert filecmp.cmp(disc, again, shallow=False), "the second disc differs"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
