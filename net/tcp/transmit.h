// From numbers to a packet in IP's hands: the last step of every segment. [RFC9293] 3.1
#ifndef ENKEL_NET_TCP_TRANSMIT_H_
#define ENKEL_NET_TCP_TRANSMIT_H_

#include <cstdint>

#include "kernel/base/result.h"
#include "net/packet/packet.h"
#include "net/tcp/control_block.h"
#include "net/tcp/half_open.h"
#include "net/tcp/segment.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/time_wait.h"
#include "net/wire/address.h"
#include "net/wire/tcp.h"

namespace net::tcp {

// The ones' complement sum of both addresses and the protocol, to which a segment adds its length.
std::uint16_t PseudoSumOf(const IpAddress& local, const IpAddress& remote);

// ---- Of a connection with both sequence numbers. All of these carry ACK, the window, timestamps and SACK blocks.

// Sends `packet`, the payload that begins at `sequence`. Errors: Ip::Send's; the segment was not sent then.
kernel::Result<void> SendSegment(ControlBlock& block, Packet packet, Sequence sequence, wire::TcpFlags flags,
                                 bool is_first_time);

// Sends <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. What cannot be sent now is tried again soon.
void SendAck(ControlBlock& block);

// Sends <SEQ=SND.UNA-1><CTL=ACK>, which a peer must answer. [RFC9293] 3.8.4
void SendKeepAlive(ControlBlock& block);

// Sends <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>. [RFC9293] 3.10.5
void SendReset(ControlBlock& block);

// Sends our SYN, with ACK in SYN-RECEIVED.
void SendSyn(ControlBlock& block);

// ---- Without a connection.

// Answers `segment`, which is no RST, as if there were no connection. [RFC9293] 3.10.7.1
void SendResetFor(Stack& stack, const Segment& segment);

// A SYN-ACK. `timestamp`: ours, if timestamps were agreed on.
void SendSynAck(Stack& stack, const HalfOpenEntry& entry, std::uint32_t timestamp);

// An acknowledgment for a handshake, or for what is in TIME-WAIT.
void SendAckOf(Stack& stack, const HalfOpenEntry& entry);
void SendAckOf(Stack& stack, const TimeWaitEntry& entry);

// What a handshake offers on the way to `remote`. `mtu` is the path's.
Offer OfferFor(const Options& options, bool is_ipv4, std::uint16_t mtu);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TRANSMIT_H_
