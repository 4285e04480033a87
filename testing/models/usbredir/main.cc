// A model of a USB Ethernet chip as a process: QEMU's usb-redir on one side, frames on the other.
//
//   device_model --model=lan7800 --socket=chip.sock --tap=enkel0
//   device_model --model=lan9514 --socket=chip.sock --frames=ours.sock,theirs.sock
//
// Frames go through a tap interface, or through datagram sockets, one frame a datagram, as with QEMU's -netdev dgram.
// Lines of standard input command it: `unplug`, `plug`, `cable out`, `cable in`, `counters`, `quit` (or the end).
// It says `listening` and `connected`, and a line for each violation of the chip's or USB's rules; with any it ends
// with 1.
// --packet=64 makes the chip full speed, for QEMU's hubs.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <print>
#include <span>
#include <string>
#include <string_view>

#include "testing/models/lan7800/lan7800.h"
#include "testing/models/lan9514/lan9514.h"
#include "testing/models/usb_ethernet.h"
#include "testing/models/usbredir/redirection.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kInterruptInterval{8};
constexpr std::chrono::milliseconds kQuiet{4};  // then QEMU has no packet with the device any more

[[noreturn]] void Die(const std::string& what) {
  std::println(stderr, "device_model: {}: {}", what, std::strerror(errno));
  std::exit(2);
}

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) Die("too long a path: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int Bind(int type, const std::string& path) {
  const int file = socket(AF_UNIX, type, 0);
  const sockaddr_un address = AddressOf(path);
  unlink(path.c_str());
  if (file < 0 || bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die(path);
  return file;
}

int OpenTap(const std::string& name) {
  const int file = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request = {};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  if (file < 0 || ioctl(file, TUNSETIFF, &request) != 0) Die(name);
  return file;
}

int OpenFrames(const std::string& paths) {
  const std::size_t comma = paths.find(',');
  if (comma == std::string::npos) Die("--frames=OURS,THEIRS");
  const int file = Bind(SOCK_DGRAM, paths.substr(0, comma));
  const sockaddr_un theirs = AddressOf(paths.substr(comma + 1));
  if (connect(file, reinterpret_cast<const sockaddr*>(&theirs), sizeof(theirs)) != 0) Die(paths);
  fcntl(file, F_SETFL, O_NONBLOCK);
  return file;
}

class Process {
 public:
  Process(models::UsbEthernet& chip, int listener, int frames) : chip_(chip), listener_(listener), frames_(frames) {
    // A frame that the other end has no room for is lost, as on a wire.
    chip_.on_frame = [frames](std::span<const std::byte> frame) { (void)!write(frames, frame.data(), frame.size()); };
  }

  int Run() {
    while (!is_over_) {
      // While the chip would have the wire's other end pause, frames wait there.
      const bool pauses = chip_.WantsPause();
      std::array<pollfd, 4> files = {{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                      {.fd = connection_ < 0 ? listener_ : -1, .events = POLLIN, .revents = 0},
                                      {.fd = connection_, .events = POLLIN, .revents = 0},
                                      {.fd = pauses ? -1 : frames_, .events = POLLIN, .revents = 0}}};
      const std::chrono::milliseconds wait = is_unplugging_ ? std::chrono::milliseconds(1) : kInterruptInterval;
      if (poll(files.data(), files.size(), static_cast<int>(wait.count())) < 0) Die("poll");
      if (files[0].revents != 0) ReadCommands();
      if (files[1].revents != 0) Accept();
      if (files[2].revents != 0) ReadQemu();
      if (files[3].revents != 0) ReadFrames();
      PassTime();
      FinishUnplugging();
      Report();
    }
    PrintCounters();
    return reported_ == 0 ? 0 : 1;
  }

 private:
  void Accept() {
    connection_ = accept(listener_, nullptr, nullptr);
    if (connection_ < 0) Die("accept");
    redirection_.emplace(chip_, [this](std::span<const std::byte> bytes) { WriteQemu(bytes); });
    reported_of_connection_ = 0;
    Say("connected");
  }

  void Hang(const char* why) {
    Say(why);
    close(connection_);
    connection_ = -1;
    is_over_ = true;
  }

  void WriteQemu(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) return;  // the next read tells
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void FinishUnplugging() {
    if (!is_unplugging_ || Clock::now() - last_heard_ < kQuiet) return;
    is_unplugging_ = false;
    redirection_->Unplug();
    Say("unplugged");
  }

  void ReadQemu() {
    last_heard_ = Clock::now();
    const ssize_t size = read(connection_, buffer_.data(), buffer_.size());
    if (size <= 0) {
      Hang("disconnected");
    } else if (!redirection_->Receive(std::span(buffer_).first(static_cast<std::size_t>(size)))) {
      Say("violation: QEMU broke the protocol");
      ++reported_;
      Hang("disconnected");
    }
  }

  void ReadFrames() {
    while (!chip_.WantsPause()) {
      const ssize_t size = read(frames_, buffer_.data(), buffer_.size());
      if (size <= 0) break;
      chip_.Arrive(std::span(buffer_).first(static_cast<std::size_t>(size)));
      if (redirection_) redirection_->Poll();
    }
  }

  void PassTime() {
    if (Clock::now() < next_interrupt_) return;
    next_interrupt_ = Clock::now() + kInterruptInterval;
    chip_.Tick();
    if (redirection_) redirection_->PollInterrupts();
  }

  void ReadCommands() {
    const ssize_t size = read(STDIN_FILENO, buffer_.data(), buffer_.size());
    if (size <= 0) {
      is_over_ = true;
      return;
    }
    commands_.append(reinterpret_cast<const char*>(buffer_.data()), static_cast<std::size_t>(size));
    for (std::size_t end = commands_.find('\n'); end != std::string::npos; end = commands_.find('\n')) {
      Obey(std::string_view(commands_).substr(0, end));
      commands_.erase(0, end + 1);
    }
  }

  void Obey(std::string_view command) {
    if (command == "unplug" && redirection_) {
      redirection_->Fail();
      is_unplugging_ = true;
      last_heard_ = Clock::now();
    } else if (command == "plug" && redirection_) {
      redirection_->Plug();
    } else if (command == "cable out" || command == "cable in") {
      chip_.SetCable(command == "cable in");
    } else if (command == "counters") {
      PrintCounters();
    } else if (command == "quit") {
      is_over_ = true;
    } else {
      Say("unknown command");
    }
  }

  void PrintCounters() {
    const models::UsbEthernet::Counters& counters = chip_.counters();
    std::println(
        "counters received={} filtered={} overflowed={} transmitted={} bursts={} longest_burst={} longest_batch={}",
        counters.received, counters.filtered, counters.overflowed, counters.transmitted, counters.bursts,
        counters.longest_burst, counters.longest_batch);
    std::fflush(stdout);
  }

  void Report() {
    while (reported_of_chip_ < chip_.violations().size()) Blame(chip_.violations()[reported_of_chip_++]);
    while (redirection_ && reported_of_connection_ < redirection_->violations().size()) {
      Blame(redirection_->violations()[reported_of_connection_++]);
    }
  }

  void Blame(const std::string& violation) {
    ++reported_;
    Say("violation: " + violation);
  }

  static void Say(const std::string& line) {
    std::println("{}", line);
    std::fflush(stdout);
  }

  models::UsbEthernet& chip_;
  const int listener_;
  const int frames_;
  int connection_ = -1;
  bool is_over_ = false;
  bool is_unplugging_ = false;
  Clock::time_point last_heard_;  // of QEMU
  std::optional<usbredir::Redirection> redirection_;
  std::size_t reported_ = 0, reported_of_chip_ = 0, reported_of_connection_ = 0;
  Clock::time_point next_interrupt_ = Clock::now();
  std::string commands_;
  std::array<std::byte, 128 << 10> buffer_;
};

std::unique_ptr<models::UsbEthernet> MakeChip(const std::string& model, std::uint16_t packet_size) {
  if (model == "lan7800") return std::make_unique<models::Lan7800>(packet_size);
  if (model == "lan9514") return std::make_unique<models::Lan9514>(packet_size);
  errno = EINVAL;
  Die("--model=" + model);
}

}  // namespace

int main(int count, char** arguments) {
  std::string model, path;
  int frames = -1;
  std::uint16_t packet_size = 512;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const std::string value(equals == std::string_view::npos ? std::string_view() : argument.substr(equals + 1));
    if (name == "--model") {
      model = value;
    } else if (name == "--socket") {
      path = value;
    } else if (name == "--tap") {
      frames = OpenTap(value);
    } else if (name == "--frames") {
      frames = OpenFrames(value);
    } else if (name == "--packet") {
      packet_size = static_cast<std::uint16_t>(std::atoi(value.c_str()));
    } else {
      errno = EINVAL;
      Die(std::string(argument));
    }
  }
  const std::unique_ptr<models::UsbEthernet> chip = MakeChip(model, packet_size);
  const int listener = Bind(SOCK_STREAM, path);
  if (listen(listener, 1) != 0) Die(path);
  std::println("listening");
  std::fflush(stdout);
  return std::make_unique<Process>(*chip, listener, frames)->Run();
}
