// An interrupt changes no register of what it interrupts, although its handler changes every one that it may.
#include <cstdint>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

extern "C" int SpinUntil(const volatile int* flag);  // spin_aarch64.S

namespace {

// The compiler saves what the handler must keep: of v8 to v15 the lower halves.
void ChangeEveryRegister() {
  asm volatile(
      "movi v0.16b, #0xff\n movi v1.16b, #0xff\n movi v2.16b, #0xff\n movi v3.16b, #0xff\n movi v4.16b, #0xff\n"
      "movi v5.16b, #0xff\n movi v6.16b, #0xff\n movi v7.16b, #0xff\n movi v8.16b, #0xff\n movi v9.16b, #0xff\n"
      "movi v10.16b, #0xff\n movi v11.16b, #0xff\n movi v12.16b, #0xff\n movi v13.16b, #0xff\n"
      "movi v14.16b, #0xff\n movi v15.16b, #0xff\n movi v16.16b, #0xff\n movi v17.16b, #0xff\n"
      "movi v18.16b, #0xff\n movi v19.16b, #0xff\n movi v20.16b, #0xff\n movi v21.16b, #0xff\n"
      "movi v22.16b, #0xff\n movi v23.16b, #0xff\n movi v24.16b, #0xff\n movi v25.16b, #0xff\n"
      "movi v26.16b, #0xff\n movi v27.16b, #0xff\n movi v28.16b, #0xff\n movi v29.16b, #0xff\n"
      "movi v30.16b, #0xff\n movi v31.16b, #0xff\n"
      "mov x0, #-1\n mov x1, #-1\n mov x2, #-1\n mov x3, #-1\n mov x4, #-1\n mov x5, #-1\n mov x6, #-1\n"
      "mov x7, #-1\n mov x8, #-1\n mov x9, #-1\n mov x10, #-1\n mov x11, #-1\n mov x12, #-1\n mov x13, #-1\n"
      "mov x14, #-1\n mov x15, #-1\n mov x16, #-1\n mov x17, #-1\n mov x18, #-1\n"
      "msr fpsr, xzr\n cmp xzr, xzr" ::
          : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16",
            "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31",
            "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
            "x17", "x18", "cc");
}

constinit volatile int flag = 0;
constinit std::uint64_t rounding = ~std::uint64_t{0};

void OnAlarm(void*) {
  asm volatile("mrs %0, fpcr" : "=r"(rounding));
  ChangeEveryRegister();
  board::SetAlarm(kernel::kNever);
  flag = 1;
}

TEST(Registers, SurviveAnInterrupt) {
  const auto line = kernel::interrupt::Register(board::AlarmLine(), kernel::interrupt::Trigger::kHighLevel, "registers",
                                                &OnAlarm, nullptr);
  ASSERT_TRUE(line);
  for (int i = 0; i < 200; ++i) {
    flag = 0;
    board::SetAlarm(board::Now() + kernel::Duration::Nanoseconds(10'000 + 97 * i));
    ASSERT_EQ(SpinUntil(&flag), 1);
  }
  EXPECT_EQ(rounding, 0u) << "a handler rounds as always, whatever mode the interrupted thread has set";
}

}  // namespace
