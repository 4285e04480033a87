// What goes wrong in a reader of hostile bytes that forgot a check. Compiled as parsers and drivers are, in every
// build.
#ifndef ENKEL_TESTING_BOOT_FAULTS_UNDEFINED_PARSER_H_
#define ENKEL_TESTING_BOOT_FAULTS_UNDEFINED_PARSER_H_

#include <cstdint>
#include <span>

namespace faults {

// Each takes a value from the bytes without a look at it.
int Overflow(std::span<const std::uint8_t> message);
int Index(std::span<const std::uint8_t> message);
int Shift(std::span<const std::uint8_t> message);
int Null(std::span<const std::uint8_t> message);
int Misaligned(std::span<const std::uint8_t> message);

}  // namespace faults

#endif  // ENKEL_TESTING_BOOT_FAULTS_UNDEFINED_PARSER_H_
