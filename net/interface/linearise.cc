#include "net/interface/linearise.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace net {

using kernel::Error;
using kernel::Fail;

kernel::Result<void> Linearise(Packet& packet, std::size_t most_slices, PacketPool& packets, BufferPool& buffers) {
  const std::size_t header_size = packet.header().size();
  const std::size_t payload = packet.size() - header_size;
  if (payload > most_slices * buffers.capacity()) return Fail(Error::kTooLong);
  Packet copy = packets.Take();
  if (!copy) return Fail(Error::kOutOfMemory);
  for (std::size_t done = 0; done < payload;) {
    Buffer buffer = buffers.Take();
    if (!buffer) return Fail(Error::kOutOfMemory);
    const std::size_t size = packet.CopyTo(header_size + done, {buffer.data(), buffer.capacity()});
    CHECK(copy.Append(std::move(buffer), 0, size));
    done += size;
  }
  copy.info() = packet.info();
  std::ranges::copy(packet.header(), copy.Prepend(header_size).begin());
  packet = std::move(copy);
  return {};
}

}  // namespace net
