// clk EVENTS: the bench's input on stdout, the same bytes for the same number on every machine. Click and order events
// of 463 bytes on average, nested; `price` is the 10th key, about 55 % into the line, and above 100 in half of them;
// one in five is an order.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/random.h"

namespace {

using weir::testing::Random;

constexpr const char* kPages[] = {"/home", "/search", "/basket", "/product/garden/chairs",
                                  "/product/kitchen/knives"};
constexpr const char* kSystems[] = {"android", "ios", "windows", "linux"};
constexpr const char* kCountries[] = {"DE", "FR", "PL", "SE", "IT", "ES"};
constexpr const char* kCities[] = {"Berlin", "Paris", "Krakow", "Malmo", "Torino", "Sevilla"};

void append(std::string& line, unsigned long long seed_number, Random& random) {
  char text[1024];
  const std::size_t place = random.below(6);
  const bool order = random.below(5) == 0;
  const int written = std::snprintf(
      text, sizeof text,
      "{\"id\":\"%016llx\",\"ts\":%llu,\"type\":\"%s\",\"user_id\":\"u%07zu\",\"session\":\"%08llx%08llx\","
      "\"page\":{\"path\":\"%s\",\"from\":\"https://www.news.example.org/letter/%05zu/"
      "\"},\"device\":{\"os\":\"%s\",\"mobile\":%s},\"campaign\":\"c%02zu\","
      "\"qty\":%zu,\"price\":%zu.%02zu,\"currency\":\"EUR\",\"geo\":{\"country\":\"%s\",\"city\":\"%s\","
      "\"lat\":%zu.%04zu,"
      "\"lon\":%zu.%04zu},\"tags\":[\"spring\",\"sale\",\"returning\"],\"agent\":\"Mozilla/5.0 (X11; Linux "
      "x86_64; rv:%zu.0) Gecko/20100101 Fx\"}\n",
      static_cast<unsigned long long>(random.next()), 1'700'000'000'000ull + seed_number,
      order ? "order" : "click", random.below(2'000'000),
      static_cast<unsigned long long>(random.next() & 0xffffffffu),
      static_cast<unsigned long long>(random.next() & 0xffffffffu), kPages[random.below(5)],
      random.below(100000), kSystems[random.below(4)], random.below(2) == 0 ? "true" : "false",
      random.below(100), 1 + random.below(9), random.below(200), 1 + random.below(99), kCountries[place],
      kCities[place], 36 + random.below(24), random.below(10000), random.below(30), random.below(10000),
      90 + random.below(40));
  line.assign(text, static_cast<std::size_t>(written));
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned long long events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2'000'000;
  Random random(463);
  std::string line;
  for (unsigned long long i = 0; i < events; ++i) {
    append(line, i, random);
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) return 4;
  }
  return std::fflush(stdout) == 0 ? 0 : 4;
}
