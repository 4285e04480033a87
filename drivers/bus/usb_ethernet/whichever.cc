#include "drivers/bus/usb_ethernet/whichever.h"

#include <cstddef>

#include "net/device.h"

namespace drivers::usb_ethernet {

net::Device& Whichever::Current() const {
  for (std::size_t i = 0; i < count_ && !devices_[current_]->HasLink(); ++i) {
    if (devices_[i]->HasLink()) current_ = i;
  }
  return *devices_[current_];
}

net::DeviceCounters Whichever::ReadCounters() const {
  net::DeviceCounters sum;
  for (std::size_t i = 0; i < count_; ++i) {
    const net::DeviceCounters counters = devices_[i]->ReadCounters();
    sum.received_frames += counters.received_frames;
    sum.received_bytes += counters.received_bytes;
    sum.transmitted_frames += counters.transmitted_frames;
    sum.transmitted_bytes += counters.transmitted_bytes;
    sum.receive_drops += counters.receive_drops;
    sum.receive_errors += counters.receive_errors;
    sum.transmit_drops += counters.transmit_drops;
  }
  return sum;
}

}  // namespace drivers::usb_ethernet
