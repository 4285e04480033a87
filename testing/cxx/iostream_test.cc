// Streams.
#include <fstream>
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace {

TEST(Iostream, FormatsNumbersAsItIsTold) {
  std::ostringstream out;
  out << std::hex << std::showbase << 255 << ' ' << std::dec << std::setw(6) << std::setfill('*') << 42 << ' '
      << std::fixed << std::setprecision(3) << 3.14159 << ' ' << std::boolalpha << true;
  EXPECT_EQ(out.str(), "0xff ****42 3.142 true");
}

TEST(Iostream, FormatsLongDoubles) {
  std::ostringstream out;
  out << std::setprecision(12) << 1.0L / 3 << ' ' << std::scientific << 6.02214076e23L;
  EXPECT_EQ(out.str(), "0.333333333333 6.022140760000e+23");
}

TEST(Iostream, ReadsWhatItWrote) {
  std::istringstream in("17 -4.5 word 0x1f rest of the line");
  int number = 0;
  double real = 0;
  std::string word;
  int hexadecimal = 0;
  std::string rest;
  in >> number >> real >> word >> std::hex >> hexadecimal >> std::ws;
  std::getline(in, rest);
  EXPECT_EQ(number, 17);
  EXPECT_EQ(real, -4.5);
  EXPECT_EQ(word, "word");
  EXPECT_EQ(hexadecimal, 0x1f);
  EXPECT_EQ(rest, "rest of the line");
}

TEST(Iostream, TellsWhatCannotBeRead) {
  std::istringstream in("word");
  int number = 5;
  in >> number;
  EXPECT_TRUE(in.fail());
  EXPECT_EQ(number, 0);
  in.clear();
  in.exceptions(std::ios::failbit);
  EXPECT_THROW(in >> number, std::ios_base::failure);
}

TEST(Iostream, WritesToTheConsole) {
  std::cout << "a line from std::cout, flushed" << std::endl;
  std::cerr << "a line from std::cerr\n";
  std::clog << "a line from std::clog\n" << std::flush;
  EXPECT_TRUE(std::cout.good());
  EXPECT_TRUE(std::cerr.good());
  EXPECT_TRUE(std::clog.good());
}

TEST(Iostream, StandardInputEndsWithControlD) {
  std::cout << "type the end of the file\n" << std::flush;
  int number = 0;
  EXPECT_FALSE(std::cin >> number);
  EXPECT_TRUE(std::cin.eof());
}

TEST(Iostream, AFileThatDoesNotExistCannotBeOpened) {
  std::ifstream file("/no/such/file");
  EXPECT_FALSE(file.is_open());
}

TEST(Iostream, TheClassicLocaleIsThere) {
  EXPECT_EQ(std::locale().name(), "C");
  EXPECT_TRUE(std::isupper('A', std::locale()));
}

}  // namespace
