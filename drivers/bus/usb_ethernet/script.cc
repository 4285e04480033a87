#include "drivers/bus/usb_ethernet/script.h"

#include <cstdint>
#include <span>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "drivers/bus/usb_ethernet/step.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb_ethernet {
namespace {

using Kind = Step::Kind;

// Vendor requests of both chips. [LAN7800] USB Vendor Commands, [LAN9514] Vendor Specific Commands
constexpr std::uint8_t kWriteRegister = 0xa0, kReadRegister = 0xa1;

// MII_ACC, MII_ADDR. [LAN7800], [LAN9514]
constexpr std::uint32_t kMiiBusy = 1 << 0, kMiiWrite = 1 << 1, kPhyAddress = 1 << 11;
constexpr int kMiiNumber = 6;  // bit where a register's number begins

constexpr kernel::Duration kLookInterval = kernel::Duration::Milliseconds(1);
constexpr kernel::Duration kPatience = kernel::Duration::Seconds(1);

}  // namespace

void Script::Run(usb::Device& device, std::span<const Step> steps) {
  CHECK(!is_running() && !steps.empty());
  device_ = &device;
  steps_ = steps;
  Begin();
}

void Script::Abandon() {
  if (device_ != nullptr) device_->CancelTimer(*this);
  device_ = nullptr;
}

bool Script::IsMii() const { return steps_.front().kind >= Kind::kPhyRead; }

void Script::Begin() {
  const Step& step = steps_.front();
  looks_ = 0;
  phase_ = Phase::kBegin;
  is_writing_phy_ = false;
  if (IsMii()) {
    phase_ = Phase::kMiiIdle;
    is_writing_phy_ = step.kind == Kind::kPhyWrite;
    phy_value_ = step.value;
    ReadRegister(mii_.command.offset);
  } else if (step.kind == Kind::kWrite) {
    WriteRegister(step.place, step.value);
  } else if (step.kind == Kind::kWriteSlot) {
    WriteRegister(step.place, (*this)[step.slot] | step.value);
  } else {
    ReadRegister(step.place);
  }
}

void Script::NextStep() {
  steps_ = steps_.subspan(1);
  if (steps_.empty()) {
    Finish({});
  } else {
    Begin();
  }
}

void Script::Finish(kernel::Result<void> result) {
  device_ = nullptr;
  owner_.OnScript(result);
}

void Script::Request(bool is_in, std::uint16_t offset) {
  const std::uint8_t direction = is_in ? usb::kDeviceToHost : 0;
  transfer_.setup = {.request_type = static_cast<std::uint8_t>(usb::kVendorRequest | direction),
                     .request = is_in ? kReadRegister : kWriteRegister,
                     .value = 0,
                     .index = offset,
                     .length = 4};
  transfer_.data = bytes_.all();
  transfer_.observer = this;
  transfer_.timeout = kPatience;
  transfer_.is_exact = is_in;
  device_->control().Submit(transfer_);
}

void Script::ReadRegister(std::uint16_t offset) { Request(true, offset); }

void Script::WriteRegister(std::uint16_t offset, std::uint32_t value) {
  usb::Store32(bytes_.bytes.data(), value);
  Request(false, offset);
}

void Script::LookAgain() {
  if (++looks_ >= kMostLooks) {
    Finish(kernel::Fail(kernel::Error::kTimedOut));
  } else {
    device_->SetTimer(*this, device_->now() + kLookInterval);
  }
}

void Script::OnTimer() {
  if (device_ == nullptr) return;
  ReadRegister(IsMii() ? mii_.command.offset : steps_.front().place);
}

void Script::OnComplete(usb::Transfer& transfer) {
  if (device_ == nullptr) return;  // abandoned
  if (transfer.status() != usb::Status::kDone) {
    const bool is_stall = transfer.status() == usb::Status::kStall;
    Finish(kernel::Fail(is_stall ? kernel::Error::kRefused : kernel::Error::kReset));
    return;
  }
  const std::uint32_t value = usb::Load32(bytes_.bytes.data());
  if (IsMii()) {
    OnMiiAnswer(value);
  } else {
    OnAnswer(value);
  }
}

void Script::OnAnswer(std::uint32_t value) {
  const Step& step = steps_.front();
  switch (step.kind) {
    case Kind::kCheck:
      if ((value & step.mask) != step.value) return Finish(kernel::Fail(kernel::Error::kUnsupported));
      return NextStep();
    case Kind::kModify:
      if (phase_ == Phase::kModified) return NextStep();
      phase_ = Phase::kModified;
      return WriteRegister(step.place, (value & ~step.mask) | step.value);
    case Kind::kWaitClear:
      return (value & step.mask) == 0 ? NextStep() : LookAgain();
    case Kind::kWaitSet:
      return (value & step.mask) == step.mask ? NextStep() : LookAgain();
    default:
      return NextStep();  // was written
  }
}

// The way to the PHY is one register of data and one of commands, whose busy bit is waited for before and after.
void Script::OnMiiAnswer(std::uint32_t value) {
  const Step& step = steps_.front();
  const std::uint32_t command = kMiiBusy | kPhyAddress | std::uint32_t{step.place} << kMiiNumber;
  switch (phase_) {
    case Phase::kMiiIdle:
      if ((value & kMiiBusy) != 0) return LookAgain();
      if (is_writing_phy_) {
        phase_ = Phase::kMiiData;
        return WriteRegister(mii_.data.offset, phy_value_);
      }
      phase_ = Phase::kMiiCommanded;
      return WriteRegister(mii_.command.offset, command);
    case Phase::kMiiData:
      phase_ = Phase::kMiiCommanded;
      return WriteRegister(mii_.command.offset, command | kMiiWrite);
    case Phase::kMiiCommanded:
      phase_ = Phase::kMiiDone;
      return ReadRegister(mii_.command.offset);
    case Phase::kMiiDone:
      if ((value & kMiiBusy) != 0) return LookAgain();
      if (is_writing_phy_) return NextStep();
      phase_ = Phase::kMiiRead;
      return ReadRegister(mii_.data.offset);
    default:
      break;
  }
  const std::uint32_t read = value & 0xffff;
  if (step.kind == Kind::kPhyRead) {
    (*this)[step.slot] = read;
    return NextStep();
  }
  // kPhyModify: the way is idle, so it can be written at once.
  is_writing_phy_ = true;
  phy_value_ = (read & ~step.mask) | step.value;
  phase_ = Phase::kMiiData;
  WriteRegister(mii_.data.offset, phy_value_);
}

}  // namespace drivers::usb_ethernet
