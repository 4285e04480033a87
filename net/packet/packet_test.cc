#include "net/packet/packet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "net/packet/buffer.h"
#include "net/wire/checksum.h"

namespace net {
namespace {

class PacketTest : public testing::Test {
 protected:
  static constexpr std::size_t kCapacity = 256;

  // A packet with `size` payload bytes 0, 1, 2, ... in slices of at most `slice`.
  Packet Make(std::size_t size, std::size_t slice = kCapacity) {
    Packet packet = packets_.Take();
    for (std::size_t at = 0; at < size;) {
      const std::size_t part = std::min(slice, size - at);
      Buffer buffer = buffers_.Take();
      for (std::size_t i = 0; i < part; ++i) buffer.data()[i] = static_cast<std::byte>(at + i);
      EXPECT_TRUE(packet.Append(std::move(buffer), 0, part));
      at += part;
    }
    return packet;
  }

  static std::vector<std::byte> BytesOf(const Packet& packet) {
    std::vector<std::byte> bytes(packet.size());
    EXPECT_EQ(packet.CopyTo(0, bytes), bytes.size());
    return bytes;
  }

  static std::vector<std::byte> Counting(std::size_t first, std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(first + i);
    return bytes;
  }

  std::vector<std::byte> packet_storage_ = std::vector<std::byte>(PacketPool::StorageFor(8));
  std::vector<std::byte> buffer_storage_ = std::vector<std::byte>(BufferPool::StorageFor(64, kCapacity));
  PacketPool packets_{packet_storage_};
  BufferPool buffers_{buffer_storage_, kCapacity};
};

TEST_F(PacketTest, APoolGivesWhatItsStorageHoldsAndGetsItBack) {
  EXPECT_EQ(buffers_.count(), 64u);
  EXPECT_EQ(packets_.count(), 8u);
  {
    std::vector<Packet> all;
    for (Packet packet = packets_.Take(); packet; packet = packets_.Take()) all.push_back(std::move(packet));
    EXPECT_EQ(all.size(), 8u);
    EXPECT_EQ(packets_.refusals(), 1u);
  }
  EXPECT_EQ(packets_.free_count(), 8u);
}

TEST_F(PacketTest, StorageIsLeftAloneUntilItIsUsed) {
  constexpr std::byte kUntouched{0xa5};
  std::vector<std::byte> packet_storage(PacketPool::StorageFor(8), kUntouched);
  std::vector<std::byte> buffer_storage(BufferPool::StorageFor(8, kCapacity), kUntouched);
  PacketPool packets(packet_storage);
  BufferPool buffers(buffer_storage, kCapacity);
  EXPECT_EQ(packets.free_count(), 8u);
  EXPECT_EQ(buffers.free_count(), 8u);
  for (int round = 0; round < 3; ++round) {  // what came home is used again first
    const Packet packet = packets.Take();
    const Buffer buffer = buffers.Take();
    ASSERT_TRUE(packet);
    ASSERT_TRUE(buffer);
  }
  const auto touched = [](const std::vector<std::byte>& storage) {
    return std::ranges::count_if(storage, [](std::byte byte) { return byte != kUntouched; });
  };
  EXPECT_GT(touched(packet_storage), 0);
  EXPECT_LE(touched(packet_storage), static_cast<std::ptrdiff_t>(packet_storage.size() / 8));
  EXPECT_GT(touched(buffer_storage), 0);
  EXPECT_LE(touched(buffer_storage), 32) << "the words before the first buffer's bytes";
}

TEST_F(PacketTest, HeadersGoBeforeThePayload) {
  Packet packet = Make(10);
  const auto header = packet.Prepend(2);
  header[0] = std::byte{0xaa};
  header[1] = std::byte{0xbb};
  std::vector<std::byte> expected = Counting(0, 10);
  expected.insert(expected.begin(), {std::byte{0xaa}, std::byte{0xbb}});
  EXPECT_EQ(BytesOf(packet), expected);
  packet.DropFront(1);
  expected.erase(expected.begin());
  EXPECT_EQ(BytesOf(packet), expected);
}

TEST_F(PacketTest, PeekGivesOnePieceWhateverTheSlices) {
  for (const std::size_t slice : {1, 2, 3, 7, 18}) {
    for (std::size_t count = 0; count <= 18; ++count) {
      Packet packet = Make(18, slice);
      const auto bytes = packet.Peek(count);
      ASSERT_EQ(bytes.size(), count);
      EXPECT_TRUE(std::ranges::equal(bytes, Counting(0, count)));
      EXPECT_EQ(BytesOf(packet), Counting(0, 18));
    }
  }
}

TEST_F(PacketTest, PeekBeyondTheEndIsEmpty) {
  Packet packet = Make(5, 2);
  EXPECT_TRUE(packet.Peek(6).empty());
  EXPECT_EQ(BytesOf(packet), Counting(0, 5));
}

TEST_F(PacketTest, PeekOfMoreThanTheHeadroomNeedsOnePiece) {
  Packet whole = Make(200);
  EXPECT_EQ(whole.Peek(200).size(), 200u);
  Packet divided = Make(200, 100);
  EXPECT_TRUE(divided.Peek(kHeadroom + 1).empty());
  EXPECT_EQ(divided.Peek(kHeadroom).size(), kHeadroom);
  EXPECT_EQ(BytesOf(divided), Counting(0, 200));
}

TEST_F(PacketTest, ACloneSharesAndOutlivesTheOriginal) {
  std::optional<Packet> packet = Make(40, 10);
  const Packet clone = packet->CloneOf(15, 12);
  const std::size_t free_before = buffers_.free_count();
  packet.reset();
  EXPECT_EQ(buffers_.free_count(), free_before + 2);  // of four buffers the clone holds two
  EXPECT_EQ(BytesOf(clone), Counting(15, 12));
}

TEST_F(PacketTest, NeighboursInOneBufferAreOneSlice) {
  Packet packet = Make(10);
  Packet first = packet.CloneOf(0, 4);
  ASSERT_TRUE(first.Append(packet.slices()[0].buffer.Share(), 4, 6));
  EXPECT_EQ(first.slices().size(), 1u);
  EXPECT_EQ(BytesOf(first), Counting(0, 10));
}

TEST_F(PacketTest, AppendRefusesMoreSlicesThanThereAre) {
  Packet packet = Make(kMostSlices, 1);
  EXPECT_FALSE(packet.Append(buffers_.Take(), 0, 1));
  packet.DropFront(1);
  Buffer one = buffers_.Take();
  one.data()[0] = static_cast<std::byte>(kMostSlices);
  EXPECT_TRUE(packet.Append(std::move(one), 0, 1));  // the room at the front is found again
  EXPECT_EQ(BytesOf(packet), Counting(1, kMostSlices));
}

TEST_F(PacketTest, TheFrontIsSplitOffWithTheHeader) {
  for (const std::size_t header_size : {0, 2, 80, 81, 128}) {
    for (std::size_t size = 0; size <= 40; ++size) {
      Packet packet = Make(40, 7);
      packet.info().segment_size = 5;
      std::ranges::copy(Counting(100, header_size), packet.Prepend(header_size).begin());
      std::vector<std::byte> front_bytes = Counting(100, header_size);
      std::vector<std::byte> rest_bytes = front_bytes;
      for (const std::byte byte : Counting(0, size)) front_bytes.push_back(byte);
      for (const std::byte byte : Counting(size, 40 - size)) rest_bytes.push_back(byte);
      const Packet front = packet.SplitFront(size);
      EXPECT_EQ(BytesOf(front), front_bytes);
      EXPECT_EQ(BytesOf(packet), rest_bytes);
      EXPECT_EQ(front.info().segment_size, 5);
      EXPECT_EQ(front.header().size(), header_size);
    }
  }
  EXPECT_EQ(buffers_.free_count(), buffers_.count());
  Packet packet = Make(10);
  std::vector<Packet> others;
  while (packets_.free_count() > 0) others.push_back(packets_.Take());
  EXPECT_FALSE(packet.SplitFront(3));
  EXPECT_EQ(BytesOf(packet), Counting(0, 10));
}

TEST_F(PacketTest, TheRestOfAPacketMovesBehindAnother) {
  for (const std::size_t slice : {30, 6}) {
    for (std::size_t skip = 0; skip <= 30; ++skip) {
      Packet packet = Make(10);
      Packet tail = Make(30, slice);
      ASSERT_TRUE(packet.AppendRest(tail, skip));
      EXPECT_FALSE(tail);
      std::vector<std::byte> expected = Counting(0, 10);
      for (const std::byte byte : Counting(skip, 30 - skip)) expected.push_back(byte);
      EXPECT_EQ(BytesOf(packet), expected);
    }
  }
  EXPECT_EQ(buffers_.free_count(), buffers_.count());
  EXPECT_EQ(packets_.free_count(), packets_.count());
}

TEST_F(PacketTest, ARestThatDoesNotFitStays) {
  Packet packet = Make(kMostSlices - 1, 1);
  Packet two = Make(2, 1);
  EXPECT_FALSE(packet.AppendRest(two, 0));
  EXPECT_EQ(BytesOf(two), Counting(0, 2));
  packet.DropFront(1);
  EXPECT_TRUE(packet.AppendRest(two, 0));  // the room at the front is found again
  Packet more = Make(1);
  EXPECT_FALSE(packet.AppendRest(more, 0));
  std::vector<std::byte> expected = Counting(1, kMostSlices - 2);
  for (const std::byte byte : Counting(0, 2)) expected.push_back(byte);
  EXPECT_EQ(BytesOf(packet), expected);
  Packet with_header = Make(5);
  with_header.Prepend(3);
  Packet other = Make(1);
  EXPECT_FALSE(other.AppendRest(with_header, 2)) << "a byte of it is no payload";
  EXPECT_TRUE(other.AppendRest(with_header, 4));
  EXPECT_EQ(BytesOf(other), (std::vector<std::byte>{{}, std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}}));
}

TEST_F(PacketTest, TheSumOfAPartIsThatOfItsBytes) {
  Packet packet = Make(18, 5);
  packet.Prepend(3)[1] = std::byte{0x77};
  const std::vector<std::byte> bytes = BytesOf(packet);
  for (std::size_t offset = 0; offset <= bytes.size(); ++offset) {
    for (std::size_t size = 0; offset + size <= bytes.size(); ++size) {
      wire::Checksum expected;
      expected.Add(std::span(bytes).subspan(offset, size));
      wire::Checksum sum;
      sum.AddSum(packet.Sum(offset, size), size);
      ASSERT_EQ(sum.Sum(), expected.Sum()) << offset << " " << size;
    }
  }
}

TEST_F(PacketTest, AQueueKeepsTheOrderAndOwnsItsPackets) {
  PacketQueue queue;
  for (std::size_t i = 1; i <= 3; ++i) queue.Push(Make(i));
  EXPECT_EQ(queue.count(), 3u);
  EXPECT_EQ(queue.Pop().size(), 1u);
  EXPECT_EQ(queue.Pop().size(), 2u);
  queue.Clear();
  EXPECT_TRUE(queue.IsEmpty());
  EXPECT_FALSE(queue.Pop());
  EXPECT_EQ(packets_.free_count(), packets_.count());
}

// Random operations against a plain vector.
TEST_F(PacketTest, ACrumbIsCopiedBehindWhereNobodyElseLooks) {
  Packet packet = Make(100);
  const Packet crumb = Make(50);
  ASSERT_TRUE(packet.AppendCopy(crumb));
  EXPECT_EQ(packet.slices().size(), 1u);
  std::vector<std::byte> expected = Counting(0, 100);
  for (const std::byte byte : Counting(0, 50)) expected.push_back(byte);
  EXPECT_EQ(BytesOf(packet), expected);
  EXPECT_FALSE(packet.AppendCopy(Make(107)));  // 106 bytes of the buffer are left
  const Packet clone = packet.CloneOf(0, 10);
  EXPECT_FALSE(packet.AppendCopy(crumb));  // somebody else may have plans for the rest
  EXPECT_EQ(BytesOf(packet), expected);
  EXPECT_FALSE(packets_.Take().AppendCopy(crumb));
}

TEST_F(PacketTest, QueuesJoinAndTakeAtBothEnds) {
  PacketQueue first;
  PacketQueue second;
  first.Splice(second);
  EXPECT_TRUE(first.IsEmpty());
  EXPECT_FALSE(first.AppendCopy(Make(1)));
  second.PushFront(Make(2));
  second.PushFront(Make(1));
  second.Push(Make(3));
  first.Splice(second);
  EXPECT_TRUE(second.IsEmpty());
  second.Push(Make(4));
  first.Splice(second);
  first.PushFront(Make(0));
  EXPECT_TRUE(first.AppendCopy(Make(5)));
  EXPECT_EQ(first.count(), 5u);
  for (const std::size_t size : {0u, 1u, 2u, 3u, 9u}) EXPECT_EQ(first.Pop().size(), size);
  EXPECT_TRUE(first.IsEmpty());
}

TEST_F(PacketTest, AnyOrderOfOperationsKeepsTheBytes) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 500; ++round) {
    Packet packet = Make(random() % 60, 4 + random() % 9);
    std::vector<std::byte> model = BytesOf(packet);
    std::size_t headroom = kHeadroom;
    for (int step = 0; step < 20; ++step) {
      const std::size_t count = model.empty() ? 0 : random() % (model.size() + 1);
      switch (random() % 4) {
        case 0: {
          const std::size_t added = random() % 20;
          if (added > headroom - packet.header().size()) break;
          const auto room = packet.Prepend(added);
          for (std::byte& byte : room) byte = static_cast<std::byte>(random());
          model.insert(model.begin(), room.begin(), room.end());
          break;
        }
        case 1:
          packet.DropFront(count);
          model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(count));
          break;
        case 2:
          packet.Truncate(count);
          model.resize(count);
          break;
        default:
          ASSERT_TRUE(std::ranges::equal(packet.Peek(count), std::span(model).first(count)));
      }
      ASSERT_EQ(packet.size(), model.size());
      ASSERT_EQ(BytesOf(packet), model);
    }
  }
  EXPECT_EQ(buffers_.free_count(), buffers_.count());
}

}  // namespace
}  // namespace net
