// Runs a fuzz target without libFuzzer: every file of the folders named, and changed copies of each, the same ones in
// every run. So the corpus is an ordinary test, under any compiler and sanitizer.
//   TARGET FOLDER... [-runs=N]    N changed copies in all, 20000 by default
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// In memory of exactly that size, so that a sanitizer sees a read behind it.
void run(const std::string& input) {
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::string read_file(const std::string& path) {
  std::string bytes;
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    std::perror(path.c_str());
    std::exit(1);
  }
  char piece[65536];
  for (std::size_t got; (got = std::fread(piece, 1, sizeof piece, file)) > 0;) bytes.append(piece, got);
  std::fclose(file);
  return bytes;
}

std::string changed(std::string bytes, const std::vector<std::string>& corpus, std::mt19937_64& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : static_cast<std::size_t>(random() % end); };
  for (std::size_t i = 1 + below(4); i > 0; --i) {
    const std::size_t at = below(bytes.size());
    switch (below(6)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ 1 << below(8));
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<char>(random());
        break;
      case 2:
        bytes.erase(at, below(16));
        break;
      case 3:
        bytes.insert(at, 1 + below(8), static_cast<char>(random()));
        break;
      case 4:
        bytes.resize(at);
        break;
      default: {
        const std::string& other = corpus[below(corpus.size())];
        const std::size_t from = below(other.size());
        bytes.insert(at, other.substr(from, below(64)));
      }
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files;
  unsigned long runs = 20000;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("-runs=")) {
      runs = std::strtoul(argument.c_str() + 6, nullptr, 10);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argument)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const std::string& file : files) corpus.push_back(read_file(file));
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: no corpus\n", argv[0]);
    return 1;
  }
  run("");
  for (const std::string& input : corpus) run(input);
  std::mt19937_64 random(20240229);
  for (unsigned long i = 0; i < runs; ++i) run(changed(corpus[i % corpus.size()], corpus, random));
  std::printf("%zu files and %lu changed copies: all properties held\n", corpus.size(), runs);
}
