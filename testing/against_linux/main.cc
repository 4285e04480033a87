// Runs the same scripts against Linux and against our stack:
//
//   against_linux TAP
//
// One line a script whose outcomes differ: "tcp" or "seed", the script, what Linux does, what we do, separated by tabs;
// and "cases", how many there were.
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "testing/against_linux/frames.h"
#include "testing/against_linux/linux_subject.h"
#include "testing/against_linux/our_subject.h"
#include "testing/against_linux/script.h"
#include "testing/against_linux/subject.h"

namespace against_linux {
namespace {

// Linux takes its time until an interface whose other end was just taken is in use.
void WaitUntilReady(Subject& subject) {
  const Bytes ping = Icmpv6(128, 0, Long(1));
  const Bytes frame = Frame(subject.mac(), kIpv6, Ipv6(ping, {.next = 58}));
  for (int tries = 0; tries < 1000; ++tries) {
    for (const Bytes& answer : Exchange(subject, {frame})) {
      if (Describe(answer) == "echo of 0") return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::fprintf(stderr, "no answer to a ping\n");
  std::exit(1);
}

void Compare(const char* kind, const std::vector<Observation>& theirs, const std::vector<Observation>& ours) {
  for (std::size_t i = 0; i < theirs.size(); ++i) {
    if (theirs[i].outcome == ours[i].outcome) continue;
    std::printf("%s\t%s\t%s\t%s\n", kind, theirs[i].script.c_str(), theirs[i].outcome.c_str(), ours[i].outcome.c_str());
  }
  std::printf("cases\t%s\t%zu\n", kind, theirs.size());
}

}  // namespace
}  // namespace against_linux

int main(int argc, char** argv) {
  using namespace against_linux;  // NOLINT(google-build-using-namespace): this is its main()
  if (argc < 2) return 2;
  LinuxSubject theirs(argv[1]);
  OurSubject ours;
  WaitUntilReady(theirs);
  Compare("seed", RunSeeds(theirs), RunSeeds(ours));
  for (const bool is_ipv6 : {false, true}) Compare("tcp", RunStates(theirs, is_ipv6), RunStates(ours, is_ipv6));
}
