#!/usr/bin/python3
"""Measures each network device: what a frame there and back costs, and how many go in a second, as a table of Markdown.

  bazel run //testing/bench/devices [-- --only NAME]

The image sends back every frame (//testing/linux_peer:reflector), Linux' end of the wire is a packet socket here, and
sixteen frames are on their way at a time. Instructions are counted in the image, with all that moves a frame there:
interrupts, the loop, the device's driver; by a plugin of QEMU, or, on the linux board, step by step. Frames a second are
another run, without counting: they tell more of QEMU and this machine than of the driver.
"""

import argparse
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import symbols

from testing.linux_peer import peer
from testing.models.usbredir import device_model

EXPERIMENTAL = 0x88B5  # EtherType for local experiments. [IEEE802] 9.2.4
WINDOW = 16
WARM = 500
COUNTED = 2000  # frames
STEPPED = 160
TIMED = 5000
SLOW = {"CDC-ECM": 20}  # QEMU's usb-net moves 64 bytes at a time: so many times fewer frames
SIZES = [60, 1514]

_VIRTIO = "_ZN7drivers10net_virtio9VirtioNet8TransmitEtN3net6PacketE"
_USB_CHIP = "_ZN7drivers12usb_ethernet11UsbEthernet8TransmitEtN3net6PacketE"
_CDC = "_ZN7drivers7cdc_ecm6CdcEcm8TransmitEtN3net6PacketE"
_TAP = "_ZN7drivers7net_tap3Tap8TransmitEtN3net6PacketE"
_PACKET = "_ZN7drivers17net_packet_socket12PacketSocket8TransmitEtN3net6PacketE"

_CARD = ["-netdev", "tap,id=net,ifname=" + peer.TAP + ",script=no,downscript=no", "-device"]
_COMMON = ["-accel", "tcg,thread=single", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"]
_VIRT = ["-M", "virt", "-cpu", "cortex-a53", "-m", "64", "-nodefaults", "-global", "virtio-mmio.force-legacy=false"]
_PC = ["-M", "q35", "-cpu", "max", "-m", "64", "-nodefaults"]
_RPI3 = ["-M", "raspi3b"]

# Name: the board, the machine, what gives a frame to the device, and what is plugged in.
DEVICES = {
    "virtio-net, MMIO": ("virt", _VIRT + _CARD + ["virtio-net-device,netdev=net"], _VIRTIO, None),
    "virtio-net, PCI": ("virt", _VIRT + _CARD + ["virtio-net-pci,netdev=net"], _VIRTIO, None),
    "virtio-net, PCI, pc": ("pc", _PC + _CARD + ["virtio-net-pci,netdev=net"], _VIRTIO, None),
    "LAN7800": ("rpi3", _RPI3, _USB_CHIP, "lan7800"),
    "LAN9514": ("rpi3", _RPI3, _USB_CHIP, "lan9514"),
    "CDC-ECM": ("rpi3", _RPI3 + _CARD + ["usb-net,netdev=net"], _CDC, None),
    "tap": ("linux", [], _TAP, None),
    "packet socket": ("linux", [], _PACKET, None),
}


class Run:
    """One image with one device, and frames that go round."""

    def __init__(self, options, name, more):
        board, machine, self.symbol, chip = DEVICES[name]
        self.elf = symbols.read(options.elf[board])
        self.chip = None
        command = [options.image[board]]
        if board != "linux":
            command = [options.emulator[board]] + _COMMON + machine + ["-kernel", options.image[board]] + more(self)
        if chip:
            self.directory = tempfile.TemporaryDirectory(dir="/tmp")  # a path of a socket is short
            path = os.path.join(self.directory.name, "chip.sock")
            self.chip = device_model.Chip(options.models, chip, path, f"--tap={peer.TAP}")
            self.chip.wait_for_line("listening")
            command += device_model.at_root_port(path)
        self.program = peer.Program(*command)
        mac = bytes(int(word, 16) for word in self.program.wait_for_line("mac", 60).split()[1:])
        self.ours = peer.mac_of()
        self.header = mac + self.ours + struct.pack(">H", EXPERIMENTAL)
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EXPERIMENTAL))
        self.raw.bind((peer.TAP, EXPERIMENTAL))
        self.wait_until_frames_come_back()

    def stop(self):
        self.raw.close()
        self.program.stop()
        if self.chip:
            self.chip.stop()
            self.directory.cleanup()

    def receive(self):
        while True:
            frame, (_, _, kind, _, _) = self.raw.recvfrom(2000)
            if kind != socket.PACKET_OUTGOING and frame[:6] == self.ours:
                return

    def wait_until_frames_come_back(self):
        self.raw.settimeout(0.5)
        for _ in range(120):
            self.raw.send(self.header + bytes(46))
            try:
                self.receive()
            except TimeoutError:
                continue
            self.raw.settimeout(0.3)
            try:
                while True:
                    self.receive()  # what else was sent meanwhile
            except TimeoutError:
                self.raw.settimeout(60)
                return
        raise RuntimeError("no frame came back")

    def send(self, size, count, until=None):
        """Frames a second; to the end of `until`, a thread, where there is one."""
        frame = self.header + bytes(size - len(self.header))
        begin = time.monotonic()
        done = 0
        for _ in range(WINDOW):
            self.raw.send(frame)
        while done < count or (until and until.is_alive()):
            self.receive()
            self.raw.send(frame)
            done += 1
        for _ in range(WINDOW):
            self.receive()
        return done / (time.monotonic() - begin)


def count_in_qemu(options, name, size):
    slow = SLOW.get(name, 1)

    def more(run):
        plugin = f"{options.plugin},send={run.elf.address_of(run.symbol)},warm={WARM // slow},count={COUNTED // slow}"
        return ["-plugin", plugin, "-d", "plugin", "-D", "/dev/stdout"]

    run = Run(options, name, more)
    try:
        run.send(size, (WARM + COUNTED) // slow + 2 * WINDOW)
        line = run.program.wait_for_line("per_frame")
        return int(line.split()[1]), None
    finally:
        run.stop()


def count_by_steps(options, name, size):
    run = Run(options, name, None)
    try:
        run.send(size, WARM)
        result = []

        def step():
            command = [options.stepper, str(run.program.process.pid), hex(run.elf.address_of(run.symbol)), str(STEPPED)]
            result.append(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

        thread = threading.Thread(target=step)
        thread.start()
        run.send(size, 0, thread)
        _, instructions, calls = result[0].split()
        return int(instructions), int(calls) / 1000
    finally:
        run.stop()


def measure(options, name):
    count = count_by_steps if DEVICES[name][0] == "linux" else count_in_qemu
    costs = [count(options, name, size) for size in SIZES]
    run = Run(options, name, lambda run: [])
    try:
        speeds = [run.send(size, TIMED // SLOW.get(name, 1)) for size in SIZES]
    finally:
        run.stop()
    words = [f"{cost:,}" for cost, _ in costs] + [f"{speed:,.0f}" for speed in speeds]
    words.append("-" if costs[0][1] is None else " / ".join(f"{calls:.2f}" for _, calls in costs))
    return words


def in_a_namespace(options, name):
    """A process for each device: they want different networks."""
    peer.make_network("10.9.9.9/24", has_file=name != "packet socket")
    peer.set_sysctl(f"net/ipv6/conf/{peer.TAP}/disable_ipv6", 1)
    words = measure(options, name)
    print(f"| {name} | {DEVICES[name][0]} | " + " | ".join(words) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", action="append", required=True, help="NAME,IMAGE,ELF,EMULATOR")
    for name in ["plugin", "models", "stepper"]:
        parser.add_argument("--" + name, required=True, type=os.path.abspath)
    parser.add_argument("--only", help="a device")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.image, options.elf, options.emulator = {}, {}, {}
    for text in options.board:
        board, *paths = text.split(",")
        options.image[board], options.elf[board], options.emulator[board] = map(os.path.abspath, paths)
    if options.here:
        in_a_namespace(options, options.here)
        return 0
    print("| device | board | instructions a frame, 60 bytes | 1,514 bytes | frames a second, 60 bytes | 1,514 bytes | "
          "system calls a frame |")
    print("| --- | --- | ---: | ---: | ---: | ---: | --- |", flush=True)
    worst = 0
    for name in DEVICES:
        if options.only in (None, name):
            result = subprocess.run([sys.executable, *sys.argv, "--here", name], stderr=subprocess.PIPE, text=True)
            if result.returncode != 0:
                print(f"{name}: {result.stderr[-2000:]}", file=sys.stderr)
                worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main())
