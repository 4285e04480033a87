// Writes the seeds: record FOLDER/NAME...
#include <cstdio>
#include <fstream>
#include <string_view>
#include <vector>

#include "testing/fuzz/stack/recording.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view path = argv[i];
    const std::string_view name = path.substr(path.rfind('/') + 1);
    bool is_known = false;
    for (const fuzz::Seed& seed : fuzz::Seeds()) {
      if (name != seed.name) continue;
      fuzz::Recording recording(seed.conditions);
      seed.record(recording);
      const std::vector<unsigned char> steps = recording.Steps();
      std::ofstream file(argv[i], std::ios::binary);
      file.write(reinterpret_cast<const char*>(steps.data()), static_cast<std::streamsize>(steps.size()));
      is_known = file.good();
    }
    if (!is_known) {
      std::fprintf(stderr, "cannot write %s\n", argv[i]);
      return 1;
    }
  }
  return 0;
}
