#include "testing/models/usb_ethernet.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "testing/models/ethernet_phy.h"
#include "testing/models/registers.h"
#include "testing/models/usb/device.h"

namespace models {
namespace {

constexpr std::uint8_t kWriteRegister = 0xa0, kReadRegister = 0xa1;
constexpr std::uint8_t kVendorOut = 0x40, kVendorIn = 0xc0;
constexpr std::uint32_t kMiiBusy = 1, kMiiWrite = 2;
constexpr std::uint32_t kPhyAddress = 1;
constexpr std::size_t kLongestTransfer = 64 << 10;
constexpr std::size_t kSmallestFrame = 60, kAlignment = 4;

}  // namespace

std::array<std::byte, 4> CheckSequenceOf(std::span<const std::byte> frame) {
  std::uint32_t crc = 0xffff'ffff;
  for (const std::byte byte : frame) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb8'8320 : 0);
  }
  crc = ~crc;
  return {static_cast<std::byte>(crc), static_cast<std::byte>(crc >> 8), static_cast<std::byte>(crc >> 16),
          static_cast<std::byte>(crc >> 24)};
}

std::uint32_t LoadLittle32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint32_t>(bytes[at + i]);
  return value;
}

void AppendLittle(Bytes& to, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) to.push_back(static_cast<std::byte>(value >> 8 * i));
}

UsbEthernet::UsbEthernet(Facts facts, std::span<const RegisterRule> rules, const EthernetPhy::Kind& phy,
                         const Places& places)
    : Device(std::move(facts)),
      registers_(rules, [this](const std::string& text) { Violation("%s", text.c_str()); }),
      phy_(phy, [this](const std::string& text) { Violation("%s", text.c_str()); }),
      places_(places) {}

void UsbEthernet::OnReset() {
  registers_.Reset();
  phy_.Reset();
  ClearFifo();
  gathered_.clear();
}

void UsbEthernet::ClearFifo() {
  fifo_.clear();
  fifo_used_ = 0;
  burst_.reset();
}

void UsbEthernet::SetCable(bool is_in) {
  phy_.SetCable(is_in);
  UpdateInterrupt();
}

// ---- Registers

void UsbEthernet::UpdateInterrupt() {
  if (phy_.wants_interrupt()) registers_.SetBits(places_.interrupt_status, places_.phy_interrupt);
}

void UsbEthernet::OnMiiCommand(std::uint32_t command) {
  const unsigned number = command >> 6 & 31;
  const bool is_there = (command >> 11 & 31) == kPhyAddress;
  if (!is_there) Violation("MII command to PHY %u", command >> 11 & 31);
  if ((command & kMiiBusy) == 0) Violation("MII command %#x without its busy bit", command);
  if ((command & kMiiWrite) != 0) {
    phy_.Write(number, static_cast<std::uint16_t>(registers_.Get(places_.mii_data)));
  } else {
    registers_.Set(places_.mii_data, is_there ? phy_.Read(number) : 0xffff);
  }
}

std::optional<Bytes> UsbEthernet::OnVendorRequest(const Setup& setup, std::span<const std::byte> data) {
  const bool is_read = setup.request_type == kVendorIn && setup.request == kReadRegister;
  const bool is_write = setup.request_type == kVendorOut && setup.request == kWriteRegister;
  if (!is_read && !is_write) return std::nullopt;
  if (setup.length != 4 || setup.value != 0) {
    Violation("register request with wLength %u, wValue %u", setup.length, setup.value);
    return std::nullopt;
  }
  phy_.Tick();
  UpdateInterrupt();
  const std::uint32_t offset = setup.index;
  const bool is_mii_busy = (registers_.Get(places_.mii_command) & kMiiBusy) != 0;
  if (is_mii_busy && (offset == places_.mii_data || (offset == places_.mii_command && is_write))) {
    Violation("access to %#x while MII is busy", offset);
  }
  if (is_read) {
    Bytes answer;
    AppendLittle(answer, registers_.Read(offset), 4);
    return answer;
  }
  const std::uint32_t value = LoadLittle32(data, 0);
  const std::uint32_t before = registers_.Has(offset) ? registers_.Get(offset) : 0;
  registers_.Write(offset, value);
  if (offset == places_.mii_command) OnMiiCommand(value);
  OnWritten(offset, before, value);
  UpdateInterrupt();
  return Bytes{};
}

// ---- From the wire to the host

void UsbEthernet::Arrive(std::span<const std::byte> frame, const Damage& damage) {
  if (!phy_.has_link() || !ReadBursts().is_enabled || !Accepts(frame)) {
    ++counters_.filtered;
    return;
  }
  Bytes padded(frame.begin(), frame.end());
  padded.resize(std::max(padded.size(), kSmallestFrame));
  Bytes record = RecordOf(padded, damage);
  if (fifo_used_ + record.size() > FifoSize()) {
    ++counters_.overflowed;
    return;
  }
  ++counters_.received;
  ArriveRaw(std::move(record));
}

void UsbEthernet::ArriveRaw(Bytes bytes) {
  fifo_used_ += bytes.size();
  fifo_.push_back(std::move(bytes));
}

// All frames that wait and fit; the last is padded in every other burst, as no manual promises either.
std::optional<Bytes> UsbEthernet::MakeBurst() {
  const Bursts bursts = ReadBursts();
  if (fifo_.empty() || !bursts.is_enabled) return std::nullopt;
  Bytes burst;
  std::size_t frames = 0;
  while (!fifo_.empty() && frames < bursts.most_frames) {
    const std::size_t start = (burst.size() + kAlignment - 1) / kAlignment * kAlignment;
    if (frames > 0 && start + fifo_.front().size() > bursts.most_bytes) break;
    burst.resize(start);
    burst.insert(burst.end(), fifo_.front().begin(), fifo_.front().end());
    fifo_used_ -= fifo_.front().size();
    fifo_.pop_front();
    ++frames;
  }
  if (counters_.bursts % 2 == 1) burst.resize((burst.size() + kAlignment - 1) / kAlignment * kAlignment);
  ++counters_.bursts;
  counters_.longest_burst = std::max<std::uint64_t>(counters_.longest_burst, frames);
  return burst;
}

InPacket UsbEthernet::NextOfBurst() {
  if (!burst_) {
    burst_ = MakeBurst();
    burst_sent_ = 0;
    if (!burst_) {
      const bool is_answered = ReadBursts().is_empty_answered;
      return {.answer = is_answered ? Answer::kAck : Answer::kNak, .data = {}};
    }
  }
  const std::size_t most = FindEndpoint(kBulkIn)->packet_size;
  const std::size_t size = std::min(most, burst_->size() - burst_sent_);
  InPacket packet = {.answer = Answer::kAck, .data = {}};
  const std::span<const std::byte> piece = std::span(*burst_).subspan(burst_sent_, size);
  packet.data.assign(piece.begin(), piece.end());
  burst_sent_ += size;
  if (size < most) burst_.reset();  // a short packet ends it, if need be an empty one
  return packet;
}

InPacket UsbEthernet::OnIn(std::uint8_t endpoint) {
  if (endpoint == kBulkIn) return NextOfBurst();
  phy_.Tick();
  UpdateInterrupt();
  const std::uint32_t status = registers_.Get(places_.interrupt_status);
  if ((status & registers_.Get(places_.interrupt_enable)) == 0) return {.answer = Answer::kNak, .data = {}};
  InPacket packet = {.answer = Answer::kAck, .data = {}};
  AppendLittle(packet.data, status, 4);
  return packet;
}

// ---- From the host to the wire

Answer UsbEthernet::OnOut(std::uint8_t endpoint, std::span<const std::byte> data) {
  gathered_.insert(gathered_.end(), data.begin(), data.end());
  if (gathered_.size() > kLongestTransfer) {
    Violation("a transfer of more than %zu bytes", kLongestTransfer);
    gathered_.clear();
  }
  if (data.size() >= FindEndpoint(endpoint)->packet_size) return Answer::kAck;  // goes on
  const Bytes whole = std::move(gathered_);
  gathered_.clear();
  if (!whole.empty()) OnTransfer(whole);
  return Answer::kAck;
}

void UsbEthernet::Send(std::span<const std::byte> frame) {
  ++counters_.transmitted;
  if (!phy_.has_link()) return;
  Bytes padded(frame.begin(), frame.end());
  padded.resize(std::max(padded.size(), kSmallestFrame));
  on_frame(padded);
}

void UsbEthernet::CountBatch(std::size_t frames) {
  counters_.longest_batch = std::max<std::uint64_t>(counters_.longest_batch, frames);
}

}  // namespace models
