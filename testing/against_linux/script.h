// A script's side of the wire: a host that answers questions for its addresses and otherwise sends what it is told.
#ifndef ENKEL_TESTING_AGAINST_LINUX_SCRIPT_H_
#define ENKEL_TESTING_AGAINST_LINUX_SCRIPT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "testing/against_linux/frames.h"
#include "testing/against_linux/subject.h"

namespace against_linux {

// A script, and what a subject did: equal texts are equal behaviour.
struct Observation {
  std::string script;
  std::string outcome;
};

// Sends each frame, or nothing; all that the subject sent meanwhile but its questions for neighbours, which are
// answered.
std::vector<Bytes> Exchange(Subject& subject, const std::vector<Bytes>& frames);

// Each state against each flag, sequence and acknowledgment class of a segment. [RFC9293] 3.10.7
std::vector<Observation> RunStates(Subject& subject, bool is_ipv6);

// Packets as they broke other stacks, and what RFCs say of such, each followed by a ping that must be answered.
std::vector<Observation> RunSeeds(Subject& subject);

}  // namespace against_linux

#endif  // ENKEL_TESTING_AGAINST_LINUX_SCRIPT_H_
