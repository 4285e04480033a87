/* What lwIP asks of its port. */
#ifndef ENKEL_TESTING_BENCH_NET_LWIP_ARCH_CC_H_
#define ENKEL_TESTING_BENCH_NET_LWIP_ARCH_CC_H_

#include <stdlib.h>

#define LWIP_PLATFORM_DIAG(arguments)
#define LWIP_PLATFORM_ASSERT(message) abort()
#define LWIP_RAND() ((unsigned)rand())

#endif  // ENKEL_TESTING_BENCH_NET_LWIP_ARCH_CC_H_
