// The header before each frame: what one side leaves the other to do. [VIRTIO] 5.1.6
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_NET_HEADER_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_NET_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/packet/packet.h"

namespace drivers::virtio {

inline constexpr std::size_t kNetHeaderSize = 10;

// What a received header says about a frame of `frame_size` bytes that begins with `front`; an empty PacketInfo, which
// promises nothing, where it makes no sense.
net::PacketInfo ParseNetHeader(std::span<const std::byte, kNetHeaderSize> header, std::span<const std::byte> front,
                               std::size_t frame_size);

// The header of a frame that is sent, whose headers end after `headers_size` bytes (a hint).
void WriteNetHeader(const net::PacketInfo& info, std::size_t headers_size, std::span<std::byte, kNetHeaderSize> header);

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_NET_HEADER_H_
