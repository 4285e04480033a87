#include "boards/linux/sandbox.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "boards/linux/call_rules.h"
#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"

namespace board {
namespace {

// A call that the linker left in this image: CPU/system_call.S.
struct Call {
  std::uint32_t number;
  std::uint32_t rule;
};

extern "C" const Call __start_enkel_linux_calls[] __attribute__((visibility("hidden")));
extern "C" const Call __stop_enkel_linux_calls[] __attribute__((visibility("hidden")));
extern "C" const std::uint32_t enkel_linux_audit_architecture;

// Linux uapi linux/filter.h, linux/bpf_common.h.
struct Instruction {
  std::uint16_t code;
  std::uint8_t if_true;  // instructions to pass over
  std::uint8_t if_false;
  std::uint32_t constant;
};
constexpr std::uint16_t kLoad = 0x20;          // BPF_LD | BPF_W | BPF_ABS
constexpr std::uint16_t kIsEqual = 0x15;       // BPF_JMP | BPF_JEQ | BPF_K
constexpr std::uint16_t kHasAnyOf = 0x45;      // BPF_JMP | BPF_JSET | BPF_K
constexpr std::uint16_t kReturn = 0x06;        // BPF_RET | BPF_K
constexpr std::uint32_t kAllow = 0x7fff'0000;  // Linux uapi linux/seccomp.h
constexpr std::uint32_t kKill = 0x8000'0000;   // the process

// struct seccomp_data: number, architecture, instruction, arguments; both CPUs are little-endian.
constexpr std::uint32_t kNumberAt = 0;
constexpr std::uint32_t kArchitectureAt = 4;
constexpr std::uint32_t LowAt(std::uint32_t argument) { return 16 + 8 * argument; }
constexpr std::uint32_t HighAt(std::uint32_t argument) { return LowAt(argument) + 4; }

// Linux uapi linux/prctl.h, linux/seccomp.h, asm-generic/mman-common.h, asm/prctl.h.
constexpr int PR_SET_NO_NEW_PRIVS = 38;
constexpr int PR_SET_SECCOMP = 22;
constexpr std::uint64_t SECCOMP_MODE_FILTER = 2;
constexpr std::uint32_t PROT_EXEC = 4;
constexpr std::uint32_t ARCH_SET_FS = 0x1002;

class Filter {
 public:
  Filter() {
    Add(kLoad, kArchitectureAt);
    Add(kIsEqual, enkel_linux_audit_architecture, 1, 0);
    Add(kReturn, kKill);
    Add(kLoad, kNumberAt);
  }

  void Allow(const Call& call) {
    if (call.rule == ENKEL_START_ONLY) return;
    Add(kIsEqual, call.number, 0, 0);
    const std::size_t test = size_ - 1;
    AddRule(call.rule);
    instructions_[test].if_false = static_cast<std::uint8_t>(size_ - 1 - test);
  }

  bool Install() {
    Add(kReturn, kKill);
    const struct {
      std::uint16_t size;
      const Instruction* instructions;
    } program = {static_cast<std::uint16_t>(size_), instructions_.data()};
    return linux_abi::EnkelLinuxPrCtl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           linux_abi::EnkelLinuxPrCtl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, std::bit_cast<std::uint64_t>(&program), 0,
                                      0) == 0;
  }

 private:
  void Add(std::uint16_t code, std::uint32_t constant, std::uint8_t if_true = 0, std::uint8_t if_false = 0) {
    if (size_ == instructions_.size()) __builtin_trap();
    instructions_[size_++] = {code, if_true, if_false, constant};
  }

  // Each rule ends in a verdict.
  void AddRule(std::uint32_t rule) {
    switch (rule) {
      case ENKEL_OPENS:
        for (const char* const path : {kMappingsPath, kEnvironmentPath, kTapPath}) AllowAddress(1, path);
        return Add(kReturn, kKill);
      case ENKEL_RESERVES:
        return AllowOneOf(2, {0});
      case ENKEL_PROTECTS:
        Add(kLoad, LowAt(2));
        Add(kHasAnyOf, PROT_EXEC, 0, 1);
        Add(kReturn, kKill);
        return Add(kReturn, kAllow);
      case ENKEL_CONTROLS:
        return AllowOneOf(1, {TUNSETIFF, TUNSETOFFLOAD, SIOCGIFHWADDR, SIOCGIFINDEX});
      case ENKEL_SETS_FS:
        return AllowOneOf(0, {ARCH_SET_FS});
      case ENKEL_NETWORKS:
        return AllowOneOf(0, {AF_PACKET});
      case ENKEL_SETS_UP:
        Add(kLoad, LowAt(1));
        Add(kIsEqual, SOL_PACKET, 0, 1);
        Add(kReturn, kAllow);
        Add(kIsEqual, SOL_SOCKET, 1, 0);
        Add(kReturn, kKill);
        return AllowOneOf(2, {SO_RCVBUF, SO_RCVBUFFORCE});
      default:
        return Add(kReturn, kAllow);
    }
  }

  void AllowAddress(std::uint32_t argument, const void* address) {
    const auto value = std::bit_cast<std::uint64_t>(address);
    Add(kLoad, LowAt(argument));
    Add(kIsEqual, static_cast<std::uint32_t>(value), 0, 3);
    Add(kLoad, HighAt(argument));
    Add(kIsEqual, static_cast<std::uint32_t>(value >> 32), 0, 1);
    Add(kReturn, kAllow);
  }

  // Of the argument Linux looks at the lower half only.
  void AllowOneOf(std::uint32_t argument, std::initializer_list<std::uint32_t> values) {
    Add(kLoad, LowAt(argument));
    for (const std::uint32_t value : values) {
      Add(kIsEqual, value, 0, 1);
      Add(kReturn, kAllow);
    }
    Add(kReturn, kKill);
  }

  std::array<Instruction, 128> instructions_ = {};
  std::size_t size_ = 0;
};

}  // namespace

void EnterSandbox() {
  Filter filter;
  for (const Call& call : std::span(__start_enkel_linux_calls, __stop_enkel_linux_calls)) filter.Allow(call);
  (void)filter.Install();
}

}  // namespace board
