// The system calls of Linux that this board makes. CPU/system_call.S holds the one svc or syscall instruction of the
// image; each function returns what Linux returns: a value, or a negated error number. [man-pages] section 2.
#ifndef ENKEL_BOARDS_LINUX_SYSTEM_CALL_H_
#define ENKEL_BOARDS_LINUX_SYSTEM_CALL_H_

#include <cstddef>
#include <cstdint>

namespace board::linux_abi {

// Linux uapi asm-generic/errno-base.h.
inline constexpr long EINTR = 4;
inline constexpr long EAGAIN = 11;
inline constexpr long EBUSY = 16;

// Linux uapi asm-generic/poll.h.
inline constexpr std::int16_t POLLIN = 1;
inline constexpr std::int16_t POLLOUT = 4;

struct TimeSpec {
  std::int64_t seconds;
  std::int64_t nanoseconds;
};

struct PollFd {
  std::int32_t file;
  std::int16_t events;
  std::int16_t revents;
};

// As the kernel takes it, not as libc does: both CPUs have this layout.
struct SigAction {
  std::uint64_t handler;
  std::uint64_t flags;
  std::uint64_t restorer;
  std::uint64_t mask;
};

struct SigAltStack {
  std::byte* base;
  std::int32_t flags;
  std::uint64_t size;  // bytes
};

extern "C" {
long EnkelLinuxRead(int file, char* buffer, std::size_t size);
long EnkelLinuxWrite(int file, const char* buffer, std::size_t size);
long EnkelLinuxReadV(int file, const void* pieces, int count);
long EnkelLinuxWriteV(int file, const void* pieces, int count);
long EnkelLinuxIoctl(int file, unsigned request, void* argument);
long EnkelLinuxClose(int file);
long EnkelLinuxOpenAt(int directory, const char* path, int flags, int mode);
long EnkelLinuxPPoll(PollFd* files, std::uint64_t count, const TimeSpec* timeout, const void* mask, std::size_t size);
long EnkelLinuxMMap(std::uint64_t address, std::uint64_t size, int protection, int flags, int file,
                    std::int64_t offset);
long EnkelLinuxMProtect(std::uint64_t address, std::uint64_t size, int protection);
long EnkelLinuxClockGetTime(int clock, TimeSpec* time);
long EnkelLinuxSigAltStack(const SigAltStack* stack, SigAltStack* old);
long EnkelLinuxSigAction(int signal, const SigAction* action, SigAction* old, std::size_t mask_size);
long EnkelLinuxPrCtl(int option, std::uint64_t second, std::uint64_t third, std::uint64_t fourth, std::uint64_t fifth);
long EnkelLinuxSocket(int family, int type, int protocol);
long EnkelLinuxBind(int file, const void* address, unsigned size);
long EnkelLinuxSetSockOpt(int file, int level, int option, const void* value, unsigned size);
long EnkelLinuxGetSockOpt(int file, int level, int option, void* value, unsigned* size);
long EnkelLinuxRecvMMsg(int file, void* messages, unsigned count, unsigned flags, const TimeSpec* timeout);
long EnkelLinuxSendMMsg(int file, void* messages, unsigned count, unsigned flags);
long EnkelLinuxGetRandom(std::byte* buffer, std::size_t size, unsigned flags);
[[noreturn]] void EnkelLinuxExitGroup(int code);
}

}  // namespace board::linux_abi

#endif  // ENKEL_BOARDS_LINUX_SYSTEM_CALL_H_
