#include "bus/bus.h"
#include "bus/admin.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <filesystem>

#include "base/error.h"
#include "support/temp_directory.h"

using namespace weir;

namespace {

bus::Bus on(const std::string& directory) {
  bus::Where where;
  where.directory = directory;
  return bus::Bus(base::real_sys(), base::system_clock(), where);
}

void put(bus::Bus& bus, const std::string& topic, const std::string& value) {
  log::SinkOptions options;
  options.topic = topic;
  const auto sink = bus.open_sink(std::move(options));
  stream::Batch batch;
  batch.lines.push_back({value.data(), static_cast<std::uint32_t>(value.size()), 0});
  batch.ticket = {1};
  REQUIRE(sink->write(batch) == stream::Flow::more);
  sink->finish();
  while (sink->acked().value < 1) {
    pollfd fd{sink->wait_fd(), POLLIN, 0};
    REQUIRE(::poll(&fd, 1, 20'000) == 1);
  }
}

std::string get(bus::Bus& bus, const std::string& operand) {
  log::SourceOptions options;
  options.operands = {operand};
  options.until_end = true;
  const auto source = bus.open_source(std::move(options));
  std::string all;
  stream::Batch batch;
  while (source->next(batch) == stream::Pull::batch) {
    for (const stream::Line& line : batch.lines) all.append(line.view()).append(";");
  }
  return all;
}

}  // namespace

TEST_CASE("a log directory is made by the first write, and read through the same door") {
  const testing::TempDirectory parent;
  const std::string directory = parent.path() + "/data";
  bus::Bus bus = on(directory);
  CHECK_THROWS_WITH_AS(get(bus, "orders"), ("no log directory " + directory).c_str(), base::Error);
  CHECK(!std::filesystem::exists(directory));
  put(bus, "orders", "a");
  put(bus, "orders", "b");
  CHECK(get(bus, "orders") == "a;b;");
  REQUIRE(bus.topics().size() == 1);
  CHECK(bus.topics()[0].name == "orders");
}

TEST_CASE("a path is read without a log directory") {
  const testing::TempDirectory parent;
  {
    bus::Bus bus = on(parent.path() + "/data");
    put(bus, "orders", "a");
  }
  bus::Bus elsewhere = on(parent.path() + "/nothing-here");
  CHECK(get(elsewhere, parent.path() + "/data/orders-0/") == "a;");
}

TEST_CASE("where nobody opens a Kafka cluster it is refused in words, whatever is asked of it") {
  bus::Bus bus(base::real_sys(), base::system_clock(),
               bus::parse_where(base::real_sys(), "localhost:9092", ""));
  const auto refusal = [](auto work) {
    try {
      work();
    } catch (const base::Error& error) {
      CHECK(error.kind() == base::Kind::usage);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const std::string wanted =
      "check and dump need a local log, and the bus is a Kafka cluster "
      "(localhost:9092)";
  CHECK(refusal([&] { get(bus, "orders"); }) == wanted);
  CHECK(refusal([&] { put(bus, "orders", "a"); }) == wanted);
  CHECK(refusal([&] { bus.topics(); }) == wanted);
  CHECK(refusal([&] { bus.admin(); }) == wanted);
}
