#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/nearest.h"
#include "kafka/client.h"
#include "kafka/cluster.h"
#include "kafka/jaas.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t kErrorBytes = 512;

constexpr const char* kSecrets[] = {
    "sasl.password",          "sasl.jaas.config", "ssl.key.password",
    "ssl.keystore.password",  "ssl.key.pem",      "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config"};
// What the tools count on, and have flags of their own for.
constexpr const char* kOurs[] = {"bootstrap.servers",        "metadata.broker.list",    "enable.auto.commit",
                                 "enable.auto.offset.store", "enable.partition.eof",    "group.id",
                                 "transactional.id",         "enable.gapless.guarantee"};

bool is_secret(const std::string& name) {
  return std::find(std::begin(kSecrets), std::end(kSecrets), name) != std::end(kSecrets);
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kBlank) - from + 1));
}

// KEY=VALUE; nothing when there is no '='.
std::optional<std::pair<std::string, std::string>> pair_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return std::pair(trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)));
}

bool is_ours(const std::string& name) {
  return std::find(std::begin(kOurs), std::end(kOurs), name) != std::end(kOurs);
}

bool is_brokers(const std::string& name) {
  return name == "bootstrap.servers" || name == "metadata.broker.list";
}

void refuse_ours(const std::string& name) {
  if (!is_ours(name)) return;
  Error error(Kind::usage, "-X " + name + " is set by the tool itself");
  if (name == "group.id") error.hint("-g GROUP");
  if (is_brokers(name)) error.hint("-b HOST:PORT");
  throw std::move(error.code("flags_exclude"));
}

// Java's files, which kcat reads, too, write \\: and \\= for : and =.
std::string without_escapes(std::string text) {
  for (std::size_t at = 0; (at = text.find('\\', at)) != std::string::npos; ++at)
    if (at + 1 < text.size() && (text[at + 1] == ':' || text[at + 1] == '=')) text.erase(at, 1);
  return text;
}

// take(NAME, VALUE, PLACE) for each line of a file that says something.
template <typename Take>
void read_file(base::Sys& sys, const std::string& path, Take take) {
  std::string text;
  if (!base::File::read_whole(sys, path, &text))
    throw Error(Kind::usage, "no configuration file " + path).code("bad_word");
  std::size_t number = 0;
  std::string before;  // of a line that goes on
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = before + trimmed(std::string_view(text).substr(at, end - at));
    at = end + 1;
    ++number;
    // Java's files go on with the next line behind a backslash.
    before.clear();
    if (line.ends_with('\\') && line.front() != '#' && at < text.size()) {
      line.pop_back();
      before = std::move(line);
      continue;
    }
    line = without_escapes(std::move(line));
    if (line.empty() || line.front() == '#') continue;
    const std::string place = path + ":" + std::to_string(number);
    const auto pair = pair_of(line);
    if (!pair) throw Error(Kind::usage, "no KEY=VALUE on this line").at(place).code("bad_word");
    take(pair->first, pair->second, place);
  }
}

}  // namespace

void set_property(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  constexpr std::string_view kTopic = "topic.";
  char why[kErrorBytes] = "";
  auto result = api().rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why);
  if (result == RD_KAFKA_CONF_UNKNOWN && name.starts_with(kTopic))
    result = api().rd_kafka_conf_set(conf, name.c_str() + kTopic.size(), value.c_str(), why, sizeof why);
  if (result == RD_KAFKA_CONF_OK) return;
  if (result != RD_KAFKA_CONF_UNKNOWN)
    throw Error(Kind::usage,
                "librdkafka does not take " +
                    (is_secret(name) ? "this value of " + name : name + "=" + value + ": " + trimmed(why)))
        .code("bad_setting");
  Error error(Kind::usage, "librdkafka has no property " + name);
  std::size_t count = 0;
  const char** const pairs = api().rd_kafka_conf_dump(conf, &count);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; i += 2) names.emplace_back(pairs[i]);
  api().rd_kafka_conf_dump_free(pairs, count);
  if (const std::string nearest = base::nearest_name(name, names); !nearest.empty())
    error.hint("did you mean " + nearest + "?");
  throw std::move(error.code("bad_setting"));
}

std::string brokers_named(base::Sys& sys, const bus::ClientProperties& properties) {
  for (const std::string& typed : properties.pairs) {
    const auto pair = pair_of(typed);
    if (pair && is_brokers(pair->first))
      throw Error(Kind::usage, "-X " + pair->first + " is set by the tool itself")
          .hint("-b " + pair->second)
          .code("flags_exclude");
  }
  std::string brokers;
  if (properties.file) {
    read_file(sys, *properties.file,
              [&](const std::string& name, const std::string& value, const std::string&) {
                if (is_brokers(name)) brokers = value;
              });
  }
  return brokers;
}

Properties user_properties(const bus::ClusterPlace& place) {
  Properties all;
  // Properties are tried out where it is still known who gave them.
  struct Free {
    void operator()(rd_kafka_conf_t* conf) const { api().rd_kafka_conf_destroy(conf); }
  };
  const std::unique_ptr<rd_kafka_conf_t, Free> scratch(api().rd_kafka_conf_new());
  if (place.where.tls) all.emplace_back("security.protocol", "ssl");
  if (place.properties.file) {
    read_file(place.sys, *place.properties.file,
              [&](const std::string& name, const std::string& value, const std::string& line) {
                // A kcat.conf names the brokers, too, which has been decided before.
                if (is_ours(name)) return;
                try {
                  if (name == "sasl.jaas.config") {
                    Login login = login_of_jaas(value);
                    all.emplace_back("sasl.username", std::move(login.username));
                    all.emplace_back("sasl.password", std::move(login.password));
                    return;
                  }
                  set_property(scratch.get(), name, value);
                } catch (Error& error) {
                  throw std::move(error.at(line));
                }
                all.emplace_back(name, value);
              });
  }
  for (const std::string& typed : place.properties.pairs) {
    const auto pair = pair_of(typed);
    if (!pair)
      throw Error(Kind::usage, "-X " + typed + " is not KEY=VALUE")
          .hint("-X socket.timeout.ms=5000")
          .code("bad_word");
    if (is_secret(pair->first)) {
      throw Error(Kind::usage,
                  "-X " + pair->first + ": a secret on the command line can be read by everybody here")
          .hint("put the line " + pair->first + "=... into a file, and give it as -F FILE")
          .code("secret_in_argv");
    }
    refuse_ours(pair->first);
    set_property(scratch.get(), pair->first, pair->second);
    all.push_back(*pair);
  }
  // kafkas:// with a user and password means SASL over TLS.
  const bool sasl = std::any_of(all.begin(), all.end(), [](const auto& each) {
    return each.first == "sasl.username" || each.first == "sasl.mechanism" || each.first == "sasl.mechanisms";
  });
  const auto protocol = std::find_if(all.begin(), all.end(),
                                     [](const auto& each) { return each.first == "security.protocol"; });
  if (place.where.tls && sasl && protocol != all.end() && protocol->second == "ssl")
    protocol->second = "sasl_ssl";
  return all;
}

}  // namespace weir::kafka
