#include "kernel/boot/device_tree/testing_tree.h"

#include <cstring>

namespace kernel::boot {
namespace {

constexpr std::uint32_t kHeaderSize = 40;

std::string BigEndian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

void Pad(std::string& text) { text.resize((text.size() + 3) / 4 * 4); }

}  // namespace

TestingTree& TestingTree::Token(std::uint32_t token) {
  structure_ += BigEndian(token, 4);
  return *this;
}

TestingTree& TestingTree::Begin(std::string_view name) {
  Token(1);
  structure_ += name;
  structure_.push_back('\0');
  Pad(structure_);
  return *this;
}

TestingTree& TestingTree::End() { return Token(2); }

void TestingTree::Property(std::string_view name, std::string_view value) {
  Token(3);
  structure_ += BigEndian(value.size(), 4) + BigEndian(strings_.size(), 4);
  structure_ += value;
  Pad(structure_);
  strings_ += name;
  strings_.push_back('\0');
}

TestingTree& TestingTree::Text(std::string_view name, std::string_view value) {
  Property(name, std::string(value) + '\0');
  return *this;
}

TestingTree& TestingTree::Cells(std::string_view name, std::initializer_list<std::uint32_t> cells) {
  std::string value;
  for (std::uint32_t cell : cells) value += BigEndian(cell, 4);
  Property(name, value);
  return *this;
}

TestingTree& TestingTree::Reserve(std::uint64_t address, std::uint64_t size) {
  reservations_ += BigEndian(address, 8) + BigEndian(size, 8);
  return *this;
}

std::vector<std::byte> TestingTree::Build() const {
  const std::string reservations = reservations_ + std::string(16, '\0');
  const std::string structure = structure_ + BigEndian(9, 4);
  const std::uint64_t off_struct = kHeaderSize + reservations.size();
  const std::uint64_t off_strings = off_struct + structure.size();
  std::string header;
  for (const std::uint64_t field : {std::uint64_t{0xd00dfeed}, off_strings + strings_.size(), off_struct, off_strings,
                                    std::uint64_t{kHeaderSize}, std::uint64_t{17}, std::uint64_t{16}, std::uint64_t{0},
                                    std::uint64_t{strings_.size()}, std::uint64_t{structure.size()}}) {
    header += BigEndian(field, 4);
  }
  const std::string text = header + reservations + structure + strings_;
  std::vector<std::byte> tree(text.size());
  std::memcpy(tree.data(), text.data(), text.size());
  return tree;
}

void Patch(std::vector<std::byte>& tree, std::size_t offset, std::uint32_t value) {
  std::memcpy(tree.data() + offset, BigEndian(value, 4).data(), 4);
}

}  // namespace kernel::boot
