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
inline constexpr unsigned SIOCGIFINDEX = 0x8933;

// Of sockets, the same. Linux uapi linux/socket.h, linux/if_packet.h, asm-generic/socket.h.
inline constexpr int AF_PACKET = 17;
inline constexpr int SOL_PACKET = 263;
inline constexpr int SOL_SOCKET = 1;
inline constexpr int SO_RCVBUF = 8;
inline constexpr int SO_RCVBUFFORCE = 33;

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_PATHS_H_
