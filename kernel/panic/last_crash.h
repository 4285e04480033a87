// The crash before this start, for a program that wants to tell somebody. In an image that calls LastCrash, or that
// reboots after a panic, a panic leaves a record; it survives board::Reset, and no loss of power.
#ifndef ENKEL_KERNEL_PANIC_LAST_CRASH_H_
#define ENKEL_KERNEL_PANIC_LAST_CRASH_H_

#include "kernel/panic/crash_record.h"

namespace kernel::panic {

// The record that the last crash since the power came on has left; null when there was none, or it is damaged. A copy,
// good until the machine ends. It stays for further starts, until ForgetLastCrash or another crash. Not interrupt-safe.
const CrashRecord* LastCrash();

// Wipes the record, and with it the count of crashes. What LastCrash returned stays.
void ForgetLastCrash();

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_LAST_CRASH_H_
