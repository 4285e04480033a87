// Counts what operator new gives, for tests of coroutines: no leak, no allocation a turn, and what happens without
// memory. Replaces the program's operator new.
#ifndef ENKEL_KERNEL_BASE_COUNTING_NEW_H_
#define ENKEL_KERNEL_BASE_COUNTING_NEW_H_

namespace kernel::counting_new {

// Calls of operator new so far.
long Calls();

// Blocks that operator new has given and operator delete has not got back.
long LiveBlocks();

// Makes operator new fail after `count` further calls; never for -1.
void FailAfter(long count);

}  // namespace kernel::counting_new

#endif  // ENKEL_KERNEL_BASE_COUNTING_NEW_H_
