// Data that is written while a program starts and hardly ever after, handler tables for one: nothing but a
// LateReadOnlyWriter opens its pages once kernel/memory has closed them.
//
//   [[gnu::section(".bss..late_read_only")]] constinit Table table;
//   ...
//   const LateReadOnlyWriter writer;
//   table.handler = handler;
//
// The image's layout gives the section pages of its own. Writers nest; they are not interrupt-safe.
#ifndef ENKEL_KERNEL_BASE_LATE_READ_ONLY_H_
#define ENKEL_KERNEL_BASE_LATE_READ_ONLY_H_

namespace kernel {

// Implemented by whoever protects the section; calls nest. Where nobody does, it stays open.
extern "C" {
[[gnu::weak]] void EnkelOpenLateReadOnly();
[[gnu::weak]] void EnkelCloseLateReadOnly();
}

// Opens the section until the end of its scope.
class [[nodiscard]] LateReadOnlyWriter {
 public:
  LateReadOnlyWriter() {
    if (&EnkelOpenLateReadOnly != nullptr) EnkelOpenLateReadOnly();
  }
  ~LateReadOnlyWriter() {
    if (&EnkelCloseLateReadOnly != nullptr) EnkelCloseLateReadOnly();
  }
  LateReadOnlyWriter(const LateReadOnlyWriter&) = delete;
  LateReadOnlyWriter& operator=(const LateReadOnlyWriter&) = delete;
};

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_LATE_READ_ONLY_H_
