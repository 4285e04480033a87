/* Two stacks of a kind, end to end, through a wire in memory: what each kind implements, so that the same work is asked
   of all. In C, because lwIP is. */
#ifndef ENKEL_TESTING_BENCH_NET_PEER_H_
#define ENKEL_TESTING_BENCH_NET_PEER_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { kWireFrames = 1024, kWireFrameSize = 1536 };

/* One direction of a wire: a ring of frames. Both stacks copy a frame in and copy it out, as a network card's memory
   access would. */
struct WireDirection {
  unsigned put, taken; /* counts */
  uint32_t size[kWireFrames];
  unsigned char frame[kWireFrames][kWireFrameSize];
};

enum {
  kSinkPort = 9,     /* TCP: reads and forgets */
  kServerPort = 80,  /* TCP: answers each kRequestSize bytes with kResponseSize */
  kServerPorts = 10, /* as many from kServerPort on: between two addresses one has no more than 16,384 connections */
  kEchoPort = 7,     /* UDP: sends back what came */
  kRequestSize = 64,
  kResponseSize = 612,
};

struct PeerConfig {
  int side; /* 0: 10.0.0.1, 1: 10.0.0.2 */
  unsigned most_connections;
  struct WireDirection* in;
  struct WireDirection* out;
};

/* One of the two ends. Connections are numbered in the order of Connect, from 0. */
struct Peer {
  void (*Start)(const struct PeerConfig* config);
  /* 0: checksums of IP, TCP and UDP are neither made nor looked at, as with a network card that does it. */
  void (*SetChecksums)(int on);
  /* Takes all frames that are on the wire, and does what is due. */
  void (*Poll)(uint64_t now_ns);
  /* The server's end: listens at all of these ports. */
  void (*Serve)(void);
  /* The client's end. Connect: returns the connection's number, below most_connections, or -1. */
  int (*Connect)(uint16_t port);
  int (*IsConnected)(int connection);
  /* IsGone: both ends have closed; nothing of it is left but TIME-WAIT, and its number may be given again. */
  void (*Close)(int connection);
  int (*IsGone)(int connection);
  /* Writes as much of `size` bytes as there is room for; returns how much. */
  size_t (*Write)(int connection, size_t size);
  /* Since the start: bytes that the sink's end took, whole responses that the client got, UDP replies that it got. */
  uint64_t (*Sunk)(void);
  uint64_t (*Responses)(void);
  uint64_t (*Replies)(void);
  /* A datagram to the echo port. */
  void (*SendDatagram)(size_t size);
  /* Forgets connections that wait in TIME-WAIT, where the kind can. */
  void (*DropTimeWait)(void);
};

#ifdef __cplusplus
}
#endif

#endif  // ENKEL_TESTING_BENCH_NET_PEER_H_
