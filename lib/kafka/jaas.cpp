#include "kafka/jaas.h"

#include "base/error.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

bool blank(char c) {
  return c == ' ' || c == '\t' || c == ';';
}

// The next word of `text`, which it is cut from; inside of quotes a backslash takes the next character as it is.
std::string next_word(std::string_view* text) {
  while (!text->empty() && blank(text->front())) text->remove_prefix(1);
  std::string word;
  char quote = 0;
  while (!text->empty() && (quote != 0 || !blank(text->front()))) {
    char c = text->front();
    text->remove_prefix(1);
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
      continue;
    }
    if (quote != 0 && c == quote) {
      quote = 0;
      continue;
    }
    if (quote != 0 && c == '\\' && !text->empty()) {
      c = text->front();
      text->remove_prefix(1);
    }
    word += c;
  }
  return word;
}

}  // namespace

Login login_of_jaas(std::string_view text) {
  const std::string module = next_word(&text);
  const std::string name = module.substr(module.rfind('.') + 1);
  if (name != "PlainLoginModule" && name != "ScramLoginModule") {
    throw Error(Kind::usage, "sasl.jaas.config: librdkafka has no " + (name.empty() ? "login module" : name))
        .hint("librdkafka's own properties for it begin with sasl.: sasl.kerberos..., sasl.oauthbearer...")
        .code("bad_setting");
  }
  Login login;
  (void)next_word(&text);  // required
  for (std::string word; !(word = next_word(&text)).empty();) {
    if (word.starts_with("username=")) login.username = word.substr(9);
    if (word.starts_with("password=")) login.password = word.substr(9);
  }
  if (login.username.empty() || login.password.empty()) {
    throw Error(Kind::usage, "sasl.jaas.config: " + name + " without username=\"...\" and password=\"...\"")
        .hint("sasl.username=... and sasl.password=... on lines of their own")
        .code("bad_setting");
  }
  return login;
}

}  // namespace weir::kafka
