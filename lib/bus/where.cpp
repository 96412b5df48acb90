#include "bus/where.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/file.h"

namespace weir::bus {
namespace {

constexpr std::string_view kPlain = "kafka://";
constexpr std::string_view kTls = "kafkas://";
constexpr std::string_view kPort = ":9092";

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

// HOST:PORT, also [::1]:9092.
bool has_port(std::string_view broker) {
  const std::size_t colon = broker.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = broker.substr(0, colon);
  if (host.find(':') != std::string_view::npos && (host.front() != '[' || host.back() != ']')) return false;
  unsigned port = 0;
  const char* const end = broker.data() + broker.size();
  const auto [at, error] = std::from_chars(broker.data() + colon + 1, end, port);
  return error == std::errc() && at == end && port >= 1 && port <= 65535;
}

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
  throw base::Error(base::Kind::usage, what).hint(hint).code("bad_bus");
}

// Never repeats what was typed: it may be a password.
void refuse_secrets(std::string_view text) {
  if (text.find('@') != std::string_view::npos)
    refuse("a bus names neither user nor password, which everybody on the machine could read",
           "-F FILE with sasl.username=... and sasl.password=...");
}

// What to write for a cluster where `text` was meant as one, perhaps.
std::string nearest_broker(std::string_view text) {
  const std::string_view host = text.substr(0, text.find_first_of(":, "));
  return (host.empty() ? "localhost" : std::string(host)) + std::string(kPort);
}

Where cluster(std::string_view text, std::string_view brokers, bool tls) {
  refuse_secrets(brokers);
  Where where;
  where.kind = Where::Kind::kafka;
  where.text = text;
  where.tls = tls;
  while (brokers.ends_with('/')) brokers.remove_suffix(1);
  where.brokers = split(brokers);
  for (std::string& broker : where.brokers) {
    if (!has_port(broker) && !broker.empty() && broker.find_first_of(":/ ") == std::string::npos)
      broker += kPort;
    if (!has_port(broker)) {
      refuse("bus '" + std::string(text) + "' names no broker in '" + broker + "'", "-b localhost:9092");
    }
  }
  return where;
}

}  // namespace

Where parse_where(base::Sys& sys, std::string_view typed, std::string_view environment) {
  const std::string_view text = !typed.empty() ? typed : environment;
  if (text.empty()) return {};
  if (text.starts_with(kPlain)) return cluster(text, text.substr(kPlain.size()), false);
  if (text.starts_with(kTls)) return cluster(text, text.substr(kTls.size()), true);
  const std::string path(text);
  Where where;
  where.text = path;
  where.directory = path;
  // A '/' always means a directory, and so does one that is there, whatever its name looks like.
  if (path.find('/') != std::string::npos || base::File::exists(sys, path)) return where;
  const auto parts = split(text);
  if (std::all_of(parts.begin(), parts.end(), has_port)) return cluster(text, text, false);
  refuse_secrets(text);
  const std::string source = typed.empty() ? "WEIR_BUS=" + path : "-b " + path;
  refuse(source + " is neither a directory that is there nor HOST:PORT",
         "-b ./" + path + " for a new directory, -b " + nearest_broker(path) + " for a Kafka cluster");
}

}  // namespace weir::bus
