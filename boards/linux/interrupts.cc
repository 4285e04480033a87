#include "boards/linux/interrupts.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "boards/linux/system_call.h"
#include "kernel/arch/hosted/host.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Instant;
using kernel::Result;
using kernel::interrupt::Line;
using kernel::interrupt::Message;
using kernel::interrupt::Trigger;
using linux_abi::PollFd;

class FileController final : public kernel::interrupt::Controller {
 public:
  std::uint32_t line_count() const override { return kLines; }

  Result<void> Configure(Line line, Trigger trigger) override {
    if (line.number >= kLines) return Fail(Error::kInvalidArgument);
    if (trigger != Trigger::kHighLevel) return Fail(Error::kUnsupported);
    Mask(line);
    return {};
  }

  void Unmask(Line line) override {
    if (line == kAlarmLine) {
      is_alarm_open_ = true;
    } else if (!is_closed_[line.number] && FindFile(line) == file_count_) {
      files_[file_count_++] = {FileOfLine(line), linux_abi::POLLIN, 0};
    }
  }

  void Mask(Line line) override {
    if (line == kAlarmLine) {
      is_alarm_open_ = false;
    } else if (const std::size_t place = FindFile(line); place < file_count_) {
      files_[place] = files_[--file_count_];
    }
  }

  Result<Message> AllocateMessage() override { return Fail(Error::kUnsupported); }

  // `entry` is the line. It may have been masked, by the handler of another one, since it was found.
  Line Claim(std::uint32_t entry) override {
    const Line line = {entry};
    const bool is_open = line == kAlarmLine ? is_alarm_open_ : FindFile(line) < file_count_;
    return is_open ? line : kernel::interrupt::kNoLine;
  }

  void Complete(Line) override {}

  void Close(Line line) {
    is_closed_[line.number] = true;
    Mask(line);
  }

  void SetAlarm(Instant deadline) { alarm_ = deadline; }

  std::size_t FindAsking(std::span<std::uint32_t> lines, bool may_sleep) {
    const linux_abi::TimeSpec timeout = TimeToSleep(may_sleep);
    const bool is_endless = may_sleep && !IsAlarmAwaited();
    // An error (a signal came) finds nothing.
    const long ready =
        linux_abi::EnkelLinuxPPoll(files_.data(), file_count_, is_endless ? nullptr : &timeout, nullptr, 0);
    std::size_t found = 0;
    if (IsAlarmAwaited() && Now() >= alarm_) lines[found++] = kAlarmLine.number;
    for (std::size_t i = 0; ready > 0 && i < file_count_ && found < lines.size(); ++i) {
      if (files_[i].revents != 0) lines[found++] = LineOfFile(files_[i].file).number;
    }
    return found;
  }

 private:
  static constexpr std::uint32_t kLines = 65;

  std::size_t FindFile(Line line) const {
    std::size_t place = 0;
    while (place < file_count_ && files_[place].file != FileOfLine(line)) ++place;
    return place;
  }

  bool IsAlarmAwaited() const { return is_alarm_open_ && alarm_ != kernel::kNever; }

  linux_abi::TimeSpec TimeToSleep(bool may_sleep) const {
    if (!may_sleep || !IsAlarmAwaited()) return {};
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t left = std::max<std::int64_t>((alarm_ - Now()).nanoseconds, 0);
    return {.seconds = left / kSecond, .nanoseconds = left % kSecond};
  }

  bool is_alarm_open_ = false;
  Instant alarm_ = kernel::kNever;
  std::array<bool, kLines> is_closed_ = {};
  std::size_t file_count_ = 0;
  std::array<PollFd, kLines - 1> files_ = {};  // the first file_count_: those of the open lines
};

constinit FileController controller;

}  // namespace

kernel::interrupt::Controller& InterruptController() { return controller; }

void SetAlarm(Instant deadline) { controller.SetAlarm(deadline); }

Line AlarmLine() { return kAlarmLine; }

void CloseLine(Line line) { controller.Close(line); }

}  // namespace board

std::size_t kernel::arch::host::FindAskingLines(std::span<std::uint32_t> lines, Patience patience) {
  return board::controller.FindAsking(lines, patience == Patience::kUntilOneAsks);
}
