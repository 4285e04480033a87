#include "net/link/pcap.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/time.h"
#include "net/packet/packet.h"
#include "net/wire/endian.h"

namespace net::link {
namespace {

// Numbers may have either byte order; the magic number tells which, and that times are nanoseconds. [PCAP] 4
constexpr std::uint32_t kMagic = 0xa1b2'3c4d;
constexpr std::uint16_t kMajorVersion = 2;
constexpr std::uint16_t kMinorVersion = 4;
constexpr std::uint32_t kEthernet = 1;
constexpr std::size_t kFileHeaderSize = 24;
constexpr std::size_t kRecordHeaderSize = 16;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

}  // namespace

PcapWriter::PcapWriter(CaptureSink& sink, std::uint32_t most_bytes) : sink_(sink), most_bytes_(most_bytes) {
  std::array<std::byte, kFileHeaderSize> header = {};
  wire::StoreBig(&header[0], kMagic);
  wire::StoreBig(&header[4], kMajorVersion);
  wire::StoreBig(&header[6], kMinorVersion);
  wire::StoreBig(&header[16], most_bytes);
  wire::StoreBig(&header[20], kEthernet);
  sink_.Write(header);
}

// Returns how many bytes of the frame follow.
std::size_t PcapWriter::WriteRecordHeader(kernel::Instant time, std::size_t size) {
  const auto recorded = static_cast<std::uint32_t>(std::min<std::size_t>(size, most_bytes_));
  std::array<std::byte, kRecordHeaderSize> header = {};
  wire::StoreBig(&header[0], static_cast<std::uint32_t>(time.nanoseconds / kNanosecondsPerSecond));
  wire::StoreBig(&header[4], static_cast<std::uint32_t>(time.nanoseconds % kNanosecondsPerSecond));
  wire::StoreBig(&header[8], recorded);
  wire::StoreBig(&header[12], static_cast<std::uint32_t>(size));
  sink_.Write(header);
  return recorded;
}

void PcapWriter::Record(kernel::Instant time, const Packet& packet) {
  std::size_t rest = WriteRecordHeader(time, packet.size());
  const auto write = [&](std::span<const std::byte> piece) {
    piece = piece.first(std::min(rest, piece.size()));
    rest -= piece.size();
    if (!piece.empty()) sink_.Write(piece);
  };
  write(packet.header());
  for (const Slice& slice : packet.slices()) write(slice.bytes());
}

void PcapWriter::Record(kernel::Instant time, std::span<const std::byte> frame) {
  sink_.Write(frame.first(WriteRecordHeader(time, frame.size())));
}

std::size_t Pcap::Receive(std::uint16_t queue, std::span<Packet> packets) {
  const std::size_t count = DeviceWrapper::Receive(queue, packets);
  for (const Packet& packet : packets.first(count)) writer_.Record(now_, packet);
  return count;
}

bool Pcap::Transmit(std::uint16_t queue, Packet packet) {
  writer_.Record(now_, packet);
  return DeviceWrapper::Transmit(queue, std::move(packet));
}

}  // namespace net::link
