#include "kernel/base/task_exception.h"

#include <exception>
#include <memory>
#include <new>

namespace kernel::internal {
namespace {

static_assert(sizeof(std::exception_ptr) == sizeof(CapturedException));

// The word is the object representation of a std::exception_ptr that lives in it.
std::exception_ptr Take(CapturedException exception) {
  auto* const kept = std::launder(reinterpret_cast<std::exception_ptr*>(&exception));
  std::exception_ptr taken = *kept;
  std::destroy_at(kept);
  return taken;
}

}  // namespace

CapturedException CaptureException() noexcept {
  CapturedException word;
  ::new (static_cast<void*>(&word)) std::exception_ptr(std::current_exception());
  return word;
}

void RethrowException(CapturedException exception) { std::rethrow_exception(Take(exception)); }

void DropException(CapturedException exception) noexcept { Take(exception) = nullptr; }

void ThrowBadAlloc() { throw std::bad_alloc(); }

}  // namespace kernel::internal
