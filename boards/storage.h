// A board's disks. A source file of its own where a board has it, so that a program without a disk links no driver.
#ifndef ENKEL_BOARDS_STORAGE_H_
#define ENKEL_BOARDS_STORAGE_H_

#include "drivers/block/block_device.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"

namespace board {

// Makes disk number `index` ready, the first time; never null. It wakes `waker`, perhaps from an interrupt, when Poll
// has something to do. Each disk once; `waker` lives for ever.
// Errors: kNotFound (there is none), kUnsupported, kMalformed, kOutOfMemory.
kernel::Result<drivers::block::BlockDevice*> OpenStorage(unsigned index, kernel::Waker& waker);

}  // namespace board

#endif  // ENKEL_BOARDS_STORAGE_H_
