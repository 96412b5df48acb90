#include "cli/state_keeper.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.h"
#include "stream/line_sink.h"
#include "stream/line_source.h"
#include "support/counting_operator.h"
#include "support/temp_directory.h"

namespace weir {
namespace {

struct Killed {};

// Dies after so many batches, with rows written that no save knows of.
class Dying final : public testing::Counting {
 public:
  Dying(state::Store& store, std::size_t after) : Counting(store), left_(after) {}
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override {
    const stream::Flow flow = Counting::on_batch(batch, context);
    if (--left_ > 0) return flow;
    context.out.flush();
    throw Killed{};
  }

 private:
  std::size_t left_;
};

constexpr std::size_t kNever = SIZE_MAX;

// A run of Counting, with its files in a folder of its own.
struct Lab {
  testing::TempDirectory folder;
  std::string in = folder.path() + "/in", out = folder.path() + "/out", state = folder.path() + "/state";
  cli::StateFlags flags{.directory = state, .interval = std::chrono::nanoseconds{0}};
  cli::InputFlags input{.inputs = {in}};
  std::vector<state::Meaning> meanings = {{"--by", ".a"}};
  std::string tool = "count";
  bool truncates = false;  // as with >, and not >>

  // False: killed after so many batches.
  bool run(std::size_t dies_after = kNever) {
    cli::Io io;
    io.tool = tool;
    io.talk.quiet = true;
    io.out = ::open(out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (truncates ? O_TRUNC : O_APPEND), 0600);
    const struct Close {
      int fd;
      ~Close() { ::close(fd); }
    } close{io.out};
    cli::StateKeeper keeper(flags, {.inputs = input.inputs, .meanings = meanings}, input, io);
    Dying counting(keeper.store(), dies_after);
    stream::Errors errors({.tool = tool});
    const cli::SavedInputs* const saved = keeper.input(input).saved;
    const stream::LinePlace start = saved == nullptr ? stream::LinePlace{} : saved->place(0);
    stream::LineSource source({{in, -1, start}}, {.block_bytes = 8192}, errors);
    stream::LineSink sink(io.out, "stdout");
    stream::RunSettings settings;
    keeper.begin(settings);
    try {
      const stream::Outcome outcome = stream::run(source, keeper.chain({&counting}), sink, errors, settings);
      if (outcome.error) throw *outcome.error;
    } catch (const Killed&) {
      return false;
    }
    return true;
  }
  std::string refused() {
    try {
      run();
      return "";
    } catch (const base::Error& error) {
      return error.code() + ": " + error.what();
    }
  }
  void write(const std::string& text, std::ios::openmode how = std::ios::trunc) const {
    std::ofstream(in, how) << text;
  }
  std::string written() const {
    std::ifstream file(out);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

// Several times as many lines as a batch has.
std::string lines(int from, int to) {
  std::string text;
  for (int i = from; i < to; ++i) text += "key " + std::to_string(i * 7919 % 1000) + "\n";
  return text;
}
constexpr int kLines = 12'000;

std::string expected() {
  Lab lab;
  lab.flags = {};
  lab.write(lines(0, kLines));
  CHECK(lab.run());
  return lab.written();
}

}  // namespace

TEST_CASE("killed after any batch and gone on with, a run has the output of one that was not") {
  const std::string whole = expected();
  CHECK(whole.size() > 10'000);
  for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{100} << 10}) {
    Lab lab;
    lab.flags.memory_max.bytes = memory;
    lab.write(lines(0, kLines));
    int deaths = 0;
    while (!lab.run(1 + static_cast<std::size_t>(deaths) % 3)) REQUIRE(++deaths < 50);
    CHECK(deaths > 3);
    CHECK(lab.written() == whole);
  }
}

TEST_CASE("a run that has reached the end adds nothing when it is run again, and takes no more input") {
  Lab lab;
  lab.write(lines(0, kLines));
  CHECK(lab.run());
  CHECK(lab.run());
  CHECK(lab.written() == expected());
  lab.write("more\n", std::ios::app);
  CHECK(lab.refused() == "state_drained: " + lab.in + " has grown, and the state in " + lab.state +
                             " is that of its end: what was open then has been closed");
}

TEST_CASE("state that another run has made is refused, with what differs") {
  Lab lab;
  lab.write(lines(0, kLines));
  CHECK_FALSE(lab.run(2));
  const auto refused = [&](auto change) {
    const auto meanings = lab.meanings;
    const auto input = lab.input;
    const std::string tool = lab.tool;
    change();
    const std::string why = lab.refused();
    lab.meanings = meanings;
    lab.input = input;
    lab.tool = tool;
    return why;
  };
  const std::string state = "state_differs: the state in " + lab.state + " was made ";
  CHECK(refused([&] {
          lab.meanings = {{"--by", ".b"}};
        }) == state + "with --by .a, and this run is with --by .b");
  CHECK(refused([&] { lab.meanings = {}; }) == state + "with --by .a, and this run is without --by");
  CHECK(refused([&] { lab.meanings.emplace_back("--having", ".n > 1"); }) ==
        state + "without --having, and this run is with --having .n > 1");
  CHECK(refused([&] { lab.input.envelope = true; }) == state + "without -J, and this run is with -J given");
  CHECK(refused([&] { lab.tool = "weir window"; }) == state + "by count, and this run is window");
  CHECK(refused([&] { lab.input.inputs.push_back(lab.in); }).starts_with("state_differs: "));
  CHECK(refused([&] { lab.input.group = "g"; }).starts_with("flags_exclude: "));
  CHECK(lab.run());
  CHECK(lab.written() == expected());
}

TEST_CASE("an input that was cut, changed or is another one is refused") {
  Lab lab;
  const std::string all = lines(0, kLines);
  lab.write(all);
  CHECK_FALSE(lab.run(3));
  for (std::string other : {all.substr(0, 100), std::string(), lines(1, kLines + 1), "x" + all.substr(1)}) {
    lab.write(other);
    CHECK(lab.refused().starts_with("state_differs: " + lab.in));
  }
  ::unlink(lab.in.c_str());
  CHECK_FALSE(lab.refused().empty());
  lab.write(all);  // another file with the same bytes is as good
  CHECK(lab.run());
  CHECK(lab.written() == expected());
}

TEST_CASE("an output that was cut or is another one is refused, and what is in it left alone") {
  Lab lab;
  lab.write(lines(0, kLines));
  CHECK_FALSE(lab.run(3));
  const std::string before = lab.written();
  for (const std::string& other : {before.substr(0, 10), std::string(before.size(), 'x')}) {
    std::ofstream(lab.out) << other;
    CHECK(lab.refused().starts_with("state_differs: stdout "));
    CHECK(lab.written() == other);
  }
  std::ofstream(lab.out) << before;
  CHECK(lab.run());
  CHECK(lab.written() == expected());
}

TEST_CASE("with > instead of >> the file is empty, which is told") {
  Lab lab;
  lab.write(lines(0, kLines));
  CHECK_FALSE(lab.run(3));
  lab.truncates = true;
  CHECK(lab.refused().find("stdout has 0 bytes") != std::string::npos);
}

TEST_CASE("a directory is used by one run at a time, and by none that has other files in it") {
  Lab lab;
  lab.write("a\n");
  {
    const auto held = state::StateFolder::open(base::real_sys(), lab.state, "window");
    CHECK(lab.refused() == "state_in_use: the state in " + lab.state + " is in use by window, process " +
                               std::to_string(::getpid()));
  }
  CHECK(lab.refused().empty());
  lab.flags.directory = lab.folder.path();
  CHECK(lab.refused().starts_with("not_a_state: "));
}

TEST_CASE("a pipe of bare lines has no position that could be gone on from") {
  Lab lab;
  ::unlink(lab.in.c_str());
  REQUIRE(::mkfifo(lab.in.c_str(), 0600) == 0);
  CHECK(lab.refused().starts_with("state_input: "));
}

TEST_CASE("what is saved is for its owner alone, and RocksDB's own log is not left lying about") {
  Lab lab;
  lab.write(lines(0, kLines));
  CHECK(lab.run());
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(lab.state)) {
    struct stat info {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == (entry.is_directory() ? 0700 : 0600));
    CHECK(entry.path().filename().string().find("LOG") == std::string::npos);
    ++files;
  }
  CHECK(files > 3);
}

TEST_CASE("a byte that is turned anywhere in the state is found, or makes no difference") {
  Lab lab;
  lab.write(lines(0, kLines));
  CHECK_FALSE(lab.run(5));
  const std::string out = lab.written(), copy = lab.folder.path() + "/copy";
  std::filesystem::copy(lab.state, copy, std::filesystem::copy_options::recursive);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(copy)) {
    if (entry.is_regular_file() && entry.file_size() > 0)
      names.push_back(entry.path().lexically_relative(copy));
  }
  const std::string whole = expected();
  int refusals = 0;
  for (const std::string& name : names) {
    const auto size = std::filesystem::file_size(copy + "/" + name);
    for (int place = 0; place < 12; ++place) {
      CAPTURE(name);
      CAPTURE(place);
      std::filesystem::remove_all(lab.state);
      std::filesystem::copy(copy, lab.state, std::filesystem::copy_options::recursive);
      std::ofstream(lab.out) << out;
      std::fstream file(lab.state + "/" + name, std::ios::in | std::ios::out | std::ios::binary);
      const auto at = static_cast<std::streamoff>(size * static_cast<unsigned>(place) / 12);
      file.seekg(at);
      const auto byte = static_cast<char>(file.get());
      file.seekp(at);
      file.put(static_cast<char>(byte ^ 0x10));
      file.close();
      const std::string why = lab.refused();
      if (why.empty()) {
        CHECK(lab.written() == whole);
      } else {
        ++refusals;
        CHECK(why.find("state") != std::string::npos);
      }
    }
  }
  CHECK(refusals > 0);
}

}  // namespace weir
