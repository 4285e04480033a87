// The core's registers for tests, stricter than QEMU's and in places than silicon: it checks sizes, toggles, splits and
// their microframes, intervals, the alias of DMA addresses, and that caches were maintained.
#ifndef ENKEL_DRIVERS_USB_HOST_DWC2_MODEL_CORE_H_
#define ENKEL_DRIVERS_USB_HOST_DWC2_MODEL_CORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "drivers/bus/dma/shadow_memory.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/model_hub.h"
#include "drivers/usb_host/dwc2/registers.h"

namespace drivers::usb_host::dwc2 {

class ModelCore final : public RegisterWindow {
 public:
  static constexpr std::size_t kChannels = 8;

  explicit ModelCore(ShadowMemory& memory) : memory_(memory) {}

  usb::ModelPort root;
  std::vector<std::string> complaints;
  std::uint32_t packet_widths = 0x44;  // of GHWCFG3: 255 packets and 32,767 bytes, as QEMU's
  int splits = 0;                      // complete-splits that brought a result
  bool never_halts = false;            // a core that does not answer to CHDIS

  // A microframe more.
  void Advance();
  bool HasInterrupt() const;
  std::uint32_t microframe() const { return microframe_; }

 private:
  struct Channel {
    std::uint32_t character = 0, split = 0, interrupt = 0, mask = 0, size = 0, dma = 0;
    bool is_on = false;
    bool must_halt = false;
    std::uint32_t start = 0;  // microframe
  };

  // A transaction that a translator does for somebody.
  struct Split {
    bool is_periodic = false;
    std::uint32_t start = 0;
    bool is_done = false;
    usb::Answer answer;
  };
  struct Place {
    usb::ModelDevice* device = nullptr;
    usb::ModelHub* translator = nullptr;
    std::uint8_t port = 0;
  };

  std::uint32_t Load(std::uint32_t offset) override;
  void Store(std::uint32_t offset, std::uint32_t value) override;
  std::uint32_t LoadChannel(std::uint32_t offset) const;
  void StoreChannel(std::uint32_t offset, std::uint32_t value);
  void StorePort(std::uint32_t value);
  std::uint32_t PortValue();
  void ResetPort();
  std::uint32_t Asked() const;

  void Complain(const std::string& what) { complaints.push_back(what); }
  void CheckStart(const Channel& channel);
  void Work(Channel& channel);
  void WorkPackets(Channel& channel, usb::ModelDevice* device);
  bool WorkIn(Channel& channel, usb::ModelDevice* device);
  bool WorkOut(Channel& channel, usb::ModelDevice* device);
  void WorkSplit(Channel& channel, const Place& place);
  void TakeData(Channel& channel, const usb::Answer& answer, usb::ModelDevice* device);
  usb::Answer Transact(Channel& channel, usb::ModelDevice* device);
  void Halt(Channel& channel, std::uint32_t why);
  Place Find(std::uint8_t address) const;
  static bool FindBehind(usb::ModelPort& port, std::uint8_t address, Place& place);

  ShadowMemory& memory_;
  std::uint32_t bus_ = 0, usb_ = 0, status_ = 0, mask_ = 0, host_ = 0, channels_asked_ = 0;
  std::uint32_t receive_words_ = 0, transmit_ = 0, periodic_ = 0;
  std::uint32_t resetting_ = 0;  // microframes left of the core's reset
  std::uint32_t flushing_ = 0;
  bool was_reset_ = false;
  bool is_port_resetting_ = false;
  std::uint32_t port_reset_start_ = 0;
  std::uint32_t port_changes_ = 0;  // bits of HPRT
  std::uint32_t microframe_ = 0;
  std::array<Channel, kChannels> channels_ = {};
  std::map<std::uint32_t, Split> at_work_;        // by device, endpoint and direction
  std::map<std::uint32_t, std::uint32_t> asked_;  // interrupt endpoints: when last
};

}  // namespace drivers::usb_host::dwc2

#endif  // ENKEL_DRIVERS_USB_HOST_DWC2_MODEL_CORE_H_
