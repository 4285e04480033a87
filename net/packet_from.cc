#include "net/packet_from.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace net {

using kernel::Error;
using kernel::Fail;

kernel::Result<void> AppendTo(Packet& packet, Context& context, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    Buffer buffer = context.buffers().Take();
    if (!buffer) return Fail(Error::kOutOfMemory);
    const std::size_t size = std::min(bytes.size(), buffer.capacity());
    std::ranges::copy(bytes.first(size), buffer.data());
    if (!packet.Append(std::move(buffer), 0, size)) return Fail(Error::kTooLong);
    bytes = bytes.subspan(size);
  }
  return {};
}

kernel::Result<Packet> PacketFrom(Context& context, std::span<const std::byte> bytes) {
  Packet packet = context.packets().Take();
  if (!packet) return Fail(Error::kOutOfMemory);
  if (const auto appended = AppendTo(packet, context, bytes); !appended) return Fail(appended.error());
  return packet;
}

}  // namespace net
