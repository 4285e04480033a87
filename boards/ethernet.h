// A board's Ethernet device: the one capability of a board that //net needs, beside kernel/boot/board.h. A source file
// of its own, so that a program without a network links no driver.
#ifndef ENKEL_BOARDS_ETHERNET_H_
#define ENKEL_BOARDS_ETHERNET_H_

#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace board {

// Makes the device ready and has it fill packets from these pools; never null. It wakes `waker`, perhaps from an
// interrupt, when there is something to receive after a Receive that gave less than it was asked for. Called once, with
// memory and interrupts there; all arguments live for ever.
// Errors: kNotFound (the machine has none, or nobody said which), kUnsupported (no driver for what it has, or the
// pools' buffers do not suit it), kOutOfMemory, kRefused (linux: no right to it), kInUse.
kernel::Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker);

}  // namespace board

#endif  // ENKEL_BOARDS_ETHERNET_H_
