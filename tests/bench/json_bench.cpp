// How fast lines are split, judged and searched. Prints one number with its unit per line:
//   <what> <GB/s> GB/s        <what> <events/s> events/s
// Input: 100,000 made-up click and order events of about 463 bytes, always the same, `price` the 10th name and about
// 55 % into the line; 46 MB, so it comes out of memory, not out of a cache. Each row is the best of its rounds, and the
// rows take turns, since the machine's speed drifts: only compare rows of one run.
//   json_bench [ROUNDS, 9 unless given]
#include <simdjson.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/judge.h"
#include "json/kernel.h"
#include "json/scanner.h"
#include "json/validate.h"

namespace {

using namespace weir;

class Events {
 public:
  explicit Events(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      append(i);
      bytes_ += '\n';
    }
    size_ = bytes_.size();
    bytes_.append(kBehind, '\0');
    const char* at = bytes_.data();
    for (const char* const end = at + size_; at < end;) {
      const char* const newline =
          static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      lines_.emplace_back(at, static_cast<std::size_t>(newline - at));
      at = newline + 1;
    }
  }

  const std::vector<std::string_view>& lines() const { return lines_; }
  std::string_view bytes() const { return std::string_view(bytes_).substr(0, size_); }

 private:
  static constexpr std::size_t kBehind = 128;

  unsigned random(unsigned below) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return static_cast<unsigned>((state_ >> 33) % below);
  }

  void append(std::size_t i) {
    const bool order = random(5) == 0;
    char line[1024];
    const int size = std::snprintf(
        line, sizeof line,
        R"({"id":"%08x-%04x-%04x","ts":%llu,"type":"%s","user":{"id":%u,"name":"user_%u","country":"%s","premium":%s},)"
        R"("session":"s%08x","campaign":"c%02u","page":{"url":"https://shop.example.com/item/%u?ref=mail","title":"Item %u"},)"
        R"("agent":"Mozilla/5.0 (X11; Linux x86_64) Gecko","price":%u.%02u,"qty":%u,"currency":"EUR",)"
        R"("items":[{"sku":"A%05u","n":%u},{"sku":"B%05u","n":1}],"geo":{"lat":%u.%05u,"lon":-%u.%04u},"ok":%s,"tags":["new","sale"]})",
        random(1u << 31), random(65536), random(65536), 1700000000000ull + i * 37, order ? "order" : "click",
        random(1000000), random(1000000), random(2) == 0 ? "DE" : "FR", random(3) == 0 ? "true" : "false",
        random(1u << 31), random(100), random(1000000), random(100000), random(200), random(100), random(9),
        random(100000), random(9), random(100000), random(90), random(100000), random(180), random(10000),
        random(9) == 0 ? "false" : "true");
    bytes_.append(line, static_cast<std::size_t>(size));
  }

  std::string bytes_;
  std::size_t size_ = 0;
  std::vector<std::string_view> lines_;
  std::uint64_t state_ = 1;
};

struct Row {
  std::string name;
  std::function<std::size_t()> run;  // returns how many events counted, so that no work is left out
  std::size_t expected;
  double best_s = 1e9;
};

template <typename Good>
std::function<std::size_t()> each_line(const Events& events, Good good) {
  return [&events, good]() mutable {
    std::size_t count = 0;
    for (const std::string_view line : events.lines()) count += good(line);
    return count;
  };
}

// Stage 1 of simdjson alone: line by line, into the parser's index.
auto stage1(simdjson::dom::parser& parser) {
  return [&parser](std::string_view line) {
    return parser.implementation->stage1(reinterpret_cast<const std::uint8_t*>(line.data()), line.size(),
                                         simdjson::stage1_mode::regular) == simdjson::SUCCESS;
  };
}

void add_ours(std::vector<Row>& rows, const Events& events, const json::PathSet& paths, std::size_t count) {
  rows.push_back(
      {"judge",
       each_line(events, [](std::string_view line) { return json::judge(line).fault == json::Fault::none; }),
       count});
  for (const json::Kernel* kernel : json::kernels()) {
    const std::string name = kernel->name;
    rows.push_back({name + ".validate",
                    each_line(events,
                              [kernel](std::string_view line) {
                                bool ascii;
                                return kernel->validate(line.data(), line.size(), &ascii) && ascii;
                              }),
                    count});
    for (const auto& [mode, check] :
         {std::pair{".extract", json::Check::whole_line}, std::pair{".trust", json::Check::read_values}}) {
      auto scanner = std::make_shared<json::Scanner>(paths, check, kernel);
      rows.push_back({name + mode,
                      each_line(events,
                                [scanner](std::string_view line) {
                                  json::Error error;
                                  return scanner->scan(line, error) &&
                                         scanner->value(0).kind == json::Kind::number;
                                }),
                      count});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  const Events events(100'000);
  const std::size_t count = events.lines().size();
  std::printf("average %.1f bytes\n",
              static_cast<double>(events.bytes().size()) / static_cast<double>(count));

  json::PathSet paths;
  paths.add(std::array{json::Step::member("price")});
  std::vector<Row> rows;
  rows.push_back({"split",
                  [&events] {
                    std::size_t lines = 0;
                    const char* at = events.bytes().data();
                    const char* const end = at + events.bytes().size();
                    while ((at = static_cast<const char*>(
                                std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
                      ++lines;
                      if (++at == end) break;
                    }
                    return lines;
                  },
                  count});
  add_ours(rows, events, paths, count);

  simdjson::dom::parser dom;
  simdjson::ondemand::parser on_demand;
  if (dom.allocate(1 << 20) != simdjson::SUCCESS) return 1;
  rows.push_back({"simdjson.stage1", each_line(events, stage1(dom)), count});
  rows.push_back({"simdjson.on_demand",
                  each_line(events,
                            [&on_demand](std::string_view line) {
                              auto document = on_demand.iterate(line.data(), line.size(),
                                                                line.size() + simdjson::SIMDJSON_PADDING);
                              double price;
                              return document.find_field_unordered("price").get_double().get(price) ==
                                     simdjson::SUCCESS;
                            }),
                  count});
  rows.push_back({"simdjson.dom",
                  each_line(events,
                            [&dom](std::string_view line) {
                              double price;
                              return dom.parse(reinterpret_cast<const std::uint8_t*>(line.data()),
                                               line.size(), false)["price"]
                                         .get_double()
                                         .get(price) == simdjson::SUCCESS;
                            }),
                  count});

  for (int round = 0; round < rounds; ++round) {
    for (Row& row : rows) {
      const auto start = std::chrono::steady_clock::now();
      if (row.run() != row.expected) {
        std::fprintf(stderr, "json_bench: %s did not count every event\n", row.name.c_str());
        return 1;
      }
      row.best_s = std::min(row.best_s,
                            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
  }
  for (const Row& row : rows) {
    std::printf("%s %.2f GB/s\n", row.name.c_str(),
                static_cast<double>(events.bytes().size()) / row.best_s / 1e9);
    std::printf("%s %.0f events/s\n", row.name.c_str(), static_cast<double>(count) / row.best_s);
  }
}
