#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/text.h"
#include "kernel/panic/crash_record.h"
#include "kernel/panic/function_names.h"
#include "kernel/panic/last_words.h"

namespace kernel::panic {

extern "C" [[gnu::weak]] bool EnkelNameFunction(std::uint64_t address, FunctionName& found);

namespace {

class Printer {
 public:
  Printer(void (*write)(void* context, std::string_view text), void* context) : write_(write), context_(context) {}

  template <typename... Parts>
  void operator()(const Parts&... parts) {
    std::array<char, 256> buffer;
    TextWriter writer(buffer);
    (writer << ... << parts);
    write_(context_, writer.text());
  }

  void Whole(std::string_view text) { write_(context_, text); }

 private:
  void (*write_)(void* context, std::string_view text);
  void* context_;
};

}  // namespace

void Print(const CrashRecord& record, void (*write)(void* context, std::string_view text), void* context) {
  Printer print(write, context);
  print("last crash: ", record.reason_text(), "\n  number ", record.crashes, " since the power came on, after ",
        record.uptime(), " of uptime\n");
  for (const CrashRecord::Register& named : record.all_registers()) {
    print("  ", named.name.data(), " 0x", Digits(named.value, 16, 16).text(), "\n");
  }
  print("  backtrace:\n");
  for (std::size_t i = 0; i < record.frame_count; ++i) {
    print("  #", i, " 0x", Digits(record.frames[i], 16, 16).text());
    const unsigned back = i == 0 && record.first_is_exact == 1 ? 0 : 1;
    if (FunctionName found; &EnkelNameFunction != nullptr && EnkelNameFunction(record.frames[i] - back, found)) {
      print("  ", found.name(), "+", found.offset + back);
    }
    print("\n");
  }
  if (record.log_size != 0) {
    print("  log:\n");
    print.Whole(record.log_text());
  }
}

}  // namespace kernel::panic
