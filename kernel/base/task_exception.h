// The part of Task that knows exceptions. Internal to kernel/base.
//
// One Task<T> is shared by rooms that are compiled without exceptions and programs that have them, so its layout and
// its inline functions must be the same in both: an exception is a word, and these functions know what it means. Only a
// coroutine that is compiled with exceptions refers to CaptureException, and links the others with it; without, they
// are null, and no exception can be there to need them.
#ifndef ENKEL_KERNEL_BASE_TASK_EXCEPTION_H_
#define ENKEL_KERNEL_BASE_TASK_EXCEPTION_H_

namespace kernel::internal {

// A std::exception_ptr as a word; null for none.
using CapturedException = void*;

// Called in a handler: keeps the exception that is being handled.
CapturedException CaptureException() noexcept;

// Throws it and gives it up.
[[noreturn, gnu::weak]] void RethrowException(CapturedException exception);

// Gives it up.
[[gnu::weak]] void DropException(CapturedException exception) noexcept;

// Throws std::bad_alloc.
[[noreturn, gnu::weak]] void ThrowBadAlloc();

}  // namespace kernel::internal

#endif  // ENKEL_KERNEL_BASE_TASK_EXCEPTION_H_
