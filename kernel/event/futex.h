// Waiting for a change of a word in memory: what mutexes, condition variables and joins are made of. [futex(2)]
//
// No function here allocates (a waiter lies on the stack of its thread); none is interrupt-safe.
#ifndef ENKEL_KERNEL_EVENT_FUTEX_H_
#define ENKEL_KERNEL_EVENT_FUTEX_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/event/thread.h"

namespace kernel::event {

inline constexpr std::uint32_t kEveryBit = 0xffff'ffff;

// Suspends the caller until FutexWake meets it, Interrupt, or `deadline`. A wake-up meets a waiter whose address is the
// same and whose bits share one with its own. The caller has compared the word: nothing can change it in between.
[[nodiscard]] WakeReason FutexWait(const volatile std::uint32_t* word, std::uint32_t bits, Instant deadline);

// Wakes up to `limit` waiters of `word`, those that wait longest first. Returns how many. The word is not read: it may
// be gone already.
int FutexWake(const volatile std::uint32_t* word, int limit, std::uint32_t bits = kEveryBit);

// Makes up to `limit` waiters of `from` waiters of `to`, in their order. Returns how many.
int FutexRequeue(const volatile std::uint32_t* from, const volatile std::uint32_t* to, int limit);

}  // namespace kernel::event

#endif  // ENKEL_KERNEL_EVENT_FUTEX_H_
