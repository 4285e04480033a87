// Builds flattened device trees for tests, well formed unless told otherwise. [DTSpec] 5
#ifndef ENKEL_KERNEL_BOOT_DEVICE_TREE_TESTING_TREE_H_
#define ENKEL_KERNEL_BOOT_DEVICE_TREE_TESTING_TREE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace kernel::boot {

class TestingTree {
 public:
  TestingTree& Begin(std::string_view name);
  TestingTree& End();
  TestingTree& Text(std::string_view name, std::string_view value);  // a zero-terminated string
  TestingTree& Cells(std::string_view name, std::initializer_list<std::uint32_t> cells);
  TestingTree& Reserve(std::uint64_t address, std::uint64_t size);
  TestingTree& Token(std::uint32_t token);  // anything, into the structure block

  // The whole tree: header, reservations with their end, structure with FDT_END, strings.
  std::vector<std::byte> Build() const;

 private:
  void Property(std::string_view name, std::string_view value);

  std::string structure_;
  std::string strings_;
  std::string reservations_;
};

// Overwrites the 4 bytes at `offset` with a big-endian number.
void Patch(std::vector<std::byte>& tree, std::size_t offset, std::uint32_t value);

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_DEVICE_TREE_TESTING_TREE_H_
