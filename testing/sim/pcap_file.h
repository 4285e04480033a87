// A capture on a disk, written through: what a crash leaves is complete.
#ifndef ENKEL_TESTING_SIM_PCAP_FILE_H_
#define ENKEL_TESTING_SIM_PCAP_FILE_H_

#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

#include "net/link/pcap.h"

namespace sim {

class PcapFile final : private net::link::CaptureSink {
 public:
  explicit PcapFile(const std::string& path) : file_(std::fopen(path.c_str(), "wb")), writer_(*this) {}
  PcapFile(const PcapFile&) = delete;
  PcapFile& operator=(const PcapFile&) = delete;
  ~PcapFile() {
    if (file_ != nullptr) std::fclose(file_);
  }

  net::link::PcapWriter& writer() { return writer_; }

 private:
  void Write(std::span<const std::byte> bytes) override {
    if (file_ == nullptr) return;
    std::fwrite(bytes.data(), 1, bytes.size(), file_);
    std::fflush(file_);
  }

  std::FILE* file_;
  net::link::PcapWriter writer_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_PCAP_FILE_H_
