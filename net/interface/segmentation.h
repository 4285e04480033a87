// TCP segments above a frame's size, cut by the CPU for devices that cannot: one trip down the stack for many frames.
// Linked only by who makes one.
#ifndef ENKEL_NET_INTERFACE_SEGMENTATION_H_
#define ENKEL_NET_INTERFACE_SEGMENTATION_H_

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/packet/packet.h"

namespace net {

// Pieces share the payload of the large segment; only headers are copied. A piece that finds no packet or no room in
// the device is lost as on a wire, and TCP sends it again.
class SoftwareSegmenter final : public Segmenter {
 public:
  kernel::Result<void> Segment(Packet frame, Interface& interface) override;
};

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_SEGMENTATION_H_
