#include "drivers/bus/usb/host_controller.h"

#include <cstddef>

#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"

namespace drivers::usb {
namespace {

bool Halts(Status status) { return status == Status::kStall || status == Status::kBabble || status == Status::kBroken; }

}  // namespace

void HostController::Finish(Pipe& pipe, Status status, std::size_t actual) {
  Transfer& transfer = *pipe.queue_.Pop();
  ++pipe.pending_;
  const bool is_control = pipe.endpoint().type == TransferType::kControl;
  const bool is_in = is_control ? transfer.setup.IsIn() : pipe.endpoint().direction == Direction::kIn;
  const std::size_t wanted = is_control ? transfer.setup.length : transfer.data.size();
  if (status == Status::kDone && is_in && transfer.is_exact && actual < wanted) status = Status::kShort;
  // What had been given up may have come to a good end meanwhile.
  if (status == Status::kDone || transfer.verdict_ == Status::kInFlight) transfer.verdict_ = status;
  transfer.actual_ = actual;
  if (!is_control && Halts(status)) pipe.is_halted_ = true;
  const bool is_odd = pipe.progress.is_odd;
  const bool must_ping = pipe.progress.must_ping;
  const kernel::Instant not_before = pipe.progress.not_before;
  pipe.progress = {};
  if (pipe.endpoint().type == TransferType::kInterrupt) pipe.progress.not_before = not_before;
  pipe.progress.is_odd = is_odd;
  pipe.progress.must_ping = must_ping;
  finished_.Push(transfer);
  if (!pipe.queue_.IsEmpty() && !pipe.is_halted_) {
    pipe.progress.is_active = true;
    Start(pipe);
  }
}

}  // namespace drivers::usb
