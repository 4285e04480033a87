// The files that this board opens, each at one address: the sandbox looks at that, which nobody can write to.
#ifndef ENKEL_BOARDS_LINUX_PATHS_H_
#define ENKEL_BOARDS_LINUX_PATHS_H_

namespace board {

inline constexpr char kMappingsPath[] = "/proc/self/maps";
inline constexpr char kEnvironmentPath[] = "/proc/self/environ";
inline constexpr char kTapPath[] = "/dev/net/tun";

// The ioctl requests, for the same reason. Linux uapi linux/if_tun.h, linux/sockios.h.
inline constexpr unsigned TUNSETIFF = 0x400454ca;
inline constexpr unsigned TUNSETOFFLOAD = 0x400454d0;
inline constexpr unsigned SIOCGIFHWADDR = 0x8927;

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_PATHS_H_
