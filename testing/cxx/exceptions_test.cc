// Exceptions, as a program in an image sees them.
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace {

struct CountsDestructions {
  explicit CountsDestructions(int& count) : count(count) {}
  ~CountsDestructions() { ++count; }
  int& count;
};

// Not inlined and not a tail call: each level has a frame with something to destroy.
[[gnu::noinline]] int Descend(int levels, int& destroyed) {
  CountsDestructions guard(destroyed);
  if (levels == 0) throw std::runtime_error("from the bottom");
  return Descend(levels - 1, destroyed) + 1;
}

TEST(Exceptions, UnwindAThousandFramesAndDestroyWhatLiesInThem) {
  int destroyed = 0;
  try {
    Descend(999, destroyed);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "from the bottom");
  }
  EXPECT_EQ(destroyed, 1000);
}

TEST(Exceptions, ChooseTheFirstHandlerThatFits) {
  std::string caught;
  try {
    throw std::out_of_range("derived");
  } catch (const std::bad_alloc&) {
    caught = "bad_alloc";
  } catch (const std::logic_error& error) {
    caught = std::string("logic_error ") + error.what();
  } catch (...) {
    caught = "anything";
  }
  EXPECT_EQ(caught, "logic_error derived");
}

TEST(Exceptions, CanBeThrownAgainAndNested) {
  std::string trail;
  try {
    try {
      try {
        throw std::runtime_error("inner");
      } catch (const std::runtime_error& error) {
        trail += error.what();
        throw;
      }
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  } catch (const std::logic_error& error) {
    trail += std::string(" ") + error.what();
    try {
      std::rethrow_if_nested(error);
      ADD_FAILURE() << "nothing is nested";
    } catch (const std::runtime_error& nested) {
      trail += std::string(" ") + nested.what();
    }
  }
  EXPECT_EQ(trail, "inner outer inner");
}

TEST(Exceptions, TravelToAnotherThreadInAPointer) {
  std::exception_ptr carried;
  std::thread thread([&carried] {
    try {
      throw std::string("a value of any type");
    } catch (...) {
      carried = std::current_exception();
    }
  });
  thread.join();
  ASSERT_NE(carried, nullptr);
  try {
    std::rethrow_exception(carried);
  } catch (const std::string& value) {
    EXPECT_EQ(value, "a value of any type");
  }
}

TEST(Exceptions, AreCountedWhileTheyUnwind) {
  struct Witness {
    explicit Witness(int& seen) : seen(seen) {}
    ~Witness() { seen = std::uncaught_exceptions(); }
    int& seen;
  };
  int seen = -1;
  try {
    Witness witness(seen);
    throw 1;
  } catch (int) {
  }
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
}

TEST(Exceptions, LeaveAConstructorAfterItsMembersAreDestroyed) {
  int destroyed = 0;
  struct Throws {
    explicit Throws(int& count) : member(count) { throw std::runtime_error("constructor"); }
    CountsDestructions member;
  };
  EXPECT_THROW(std::make_unique<Throws>(destroyed), std::runtime_error);
  EXPECT_EQ(destroyed, 1);
}

TEST(Exceptions, ComeFromTheLibraryToo) {
  EXPECT_THROW((void)std::vector<int>().at(0), std::out_of_range);
  EXPECT_THROW((void)std::stoi("no number"), std::invalid_argument);
  EXPECT_THROW((void)std::string().substr(1), std::out_of_range);
}

}  // namespace
