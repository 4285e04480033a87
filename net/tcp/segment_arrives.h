// SEGMENT ARRIVES, the heart of TCP: [RFC9293] 3.10.7, in its steps and their order.
#ifndef ENKEL_NET_TCP_SEGMENT_ARRIVES_H_
#define ENKEL_NET_TCP_SEGMENT_ARRIVES_H_

#include <cstdint>
#include <optional>

#include "net/tcp/control_block.h"
#include "net/tcp/half_open.h"
#include "net/tcp/listener_table.h"
#include "net/tcp/segment.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/time_wait.h"

namespace net::tcp {

// ---- With a control block, within a turn of it.

// 3.10.7.3 and 3.10.7.4: whatever the state is.
void SegmentArrives(ControlBlock& block, Segment& segment);

// 3.10.7.3: SYN-SENT. syn_sent.cc
void SegmentArrivesInSynSent(ControlBlock& block, Segment& segment);

// 3.10.7.4, fifth: the ACK field. False: the segment is answered or dropped, and done. acknowledge.cc
bool CheckAcknowledgment(ControlBlock& block, const Segment& segment);

// Sixth to eighth: the URG bit, the text, the FIN bit. text.cc
void ProcessText(ControlBlock& block, Segment& segment);
// The same for a segment in ESTABLISHED that begins at RCV.NXT, lies within the window, and has text and nothing else.
void ProcessNextText(ControlBlock& block, Segment& segment);

// TS.Recent, from a segment that is not beyond what we acknowledged last. [RFC7323] 4.3 (2)
void NoteTimestamp(ControlBlock& block, const Segment& segment);

// The window of a segment that is newer than the one it came from before. [RFC9293] 3.10.7.4
void UpdateSendWindow(ControlBlock& block, const Segment& segment, std::uint8_t shift);

// ---- Without.

// 3.10.7.4 in SYN-RECEIVED, of a connection that came from outside. handshake_arrives.cc
void SegmentArrivesInHandshake(Stack& stack, HalfOpenEntry& entry, Segment& segment, std::uint64_t hash);

// 3.10.7.2: LISTEN. `after`: the initial sequence number must be beyond, for the connection between these two ends that
// was before. listen.cc
void SegmentArrivesInListen(ListenBlock& listener, Segment& segment, std::uint64_t hash, std::optional<Sequence> after);

// A handshake is over: makes its connection, which goes to the listener, and gives it the segment. False: there is no
// place for it. listen.cc
bool MakeConnection(ListenBlock& listener, const HalfOpenEntry& entry, Segment& segment, std::uint64_t hash);

// 3.10.7.4 in TIME-WAIT. True: it was a new SYN for a port where somebody listens, and the entry may go.
// time_wait_arrives.cc
bool SegmentArrivesInTimeWait(Stack& stack, TimeWaitEntry& entry, const Segment& segment, bool has_listener);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SEGMENT_ARRIVES_H_
