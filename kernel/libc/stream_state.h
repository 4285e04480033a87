// Which of the descriptors 0, 1 and 2 are open.
#ifndef ENKEL_KERNEL_LIBC_STREAM_STATE_H_
#define ENKEL_KERNEL_LIBC_STREAM_STATE_H_

namespace kernel::libc {

inline constexpr int kStreams = 3;

// Bit n is set once close(n) has been called.
extern constinit unsigned closed_streams;

inline bool IsOpenStream(int descriptor) {
  return descriptor >= 0 && descriptor < kStreams && (closed_streams >> descriptor & 1) == 0;
}

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_STREAM_STATE_H_
