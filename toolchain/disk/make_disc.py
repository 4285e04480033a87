#!/usr/bin/python3
"""Makes a disc that starts one image by GRUB, on BIOS and on UEFI machines, as a disc and as a disk.

The same input gives the same bytes: no time, no random numbers, nothing of the machine's configuration.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

EPOCH = "315532800"  # FAT begins in 1980
KIB = 1024


def environment():
    return {"MTOOLSRC": "/dev/null", "SOURCE_DATE_EPOCH": EPOCH, "TZ": "UTC", "HOME": "/nonexistent", "LC_ALL": "C"}


def make_efi_partition(mtools, loader, path):
    """A FAT file system with UEFI's loader of removable media, as small as it can be."""
    size = (os.path.getsize(loader) + 64 * KIB) // (32 * KIB) * 32 * KIB + 32 * KIB

    def run(command, *arguments):
        subprocess.run([mtools, "-c", command, "-i", path, *arguments], check=True, env=environment())

    with open(path, "wb") as file:
        file.truncate(size)
    run("mformat", "-T", str(size // 512), "-h", "1", "-s", "32", "-N", "0", "::")
    run("mmd", "::/EFI", "::/EFI/BOOT")
    run("mcopy", loader, "::/EFI/BOOT/BOOTX64.EFI")


def make_tree(options, folder):
    """What lies on the disc."""
    os.makedirs(os.path.join(folder, "boot", "grub"))
    for source, name in ((options.image, "boot/pc.elf"), (options.config, "boot/grub/grub.cfg"),
                         (options.cd, "boot/grub/cd.img")):
        shutil.copyfile(source, os.path.join(folder, name))
    make_efi_partition(options.mtools, os.path.realpath(options.efi), os.path.join(folder, "boot", "grub", "efi.img"))
    with open(os.path.join(folder, "boot", "enkel.disc"), "w", encoding="ascii"):
        pass  # GRUB looks for the disc that has this file
    for base, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(base, name)
            os.chmod(path, 0o755 if name in folders else 0o644)
            os.utime(path, (int(EPOCH), int(EPOCH)))
    os.utime(folder, (int(EPOCH), int(EPOCH)))


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("output", "image", "config", "cd", "efi", "hybrid", "mtools", "xorriso"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args(arguments)
    options.mtools = os.path.abspath(options.mtools)
    with tempfile.TemporaryDirectory() as temporary:
        tree = os.path.join(temporary, "tree")
        make_tree(options, tree)
        command = [
            os.path.abspath(options.xorriso), "-no_rc", "-as", "mkisofs", "-quiet", "-o", options.output, "-V", "ENKEL",
            "-r", "--sort-weight", "0", "/", "--sort-weight", "1", "/boot",
            # A BIOS starts GRUB from the disc, or, where the disc is a disk, from its first sector.
            "-b", "boot/grub/cd.img", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table", "--grub2-boot-info",
            "--grub2-mbr", os.path.realpath(options.hybrid),
            # UEFI takes the FAT file system, which a table of partitions names, too.
            "--efi-boot", "boot/grub/efi.img", "-efi-boot-part", "--efi-boot-image", "--protective-msdos-label", tree,
        ]
        subprocess.run(command, check=True, env=environment())


if __name__ == "__main__":
    main(sys.argv[1:])
