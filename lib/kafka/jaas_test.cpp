#include "kafka/jaas.h"

#include <doctest/doctest.h>

#include "base/error.h"

namespace {

using namespace weir;

std::string refusal(std::string_view text) {
  try {
    (void)kafka::login_of_jaas(text);
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    return error.what();
  }
  return "";
}

TEST_CASE("a Java client's login is a user and a password") {
  const std::string plain = "org.apache.kafka.common.security.plain.PlainLoginModule required ";
  auto login = kafka::login_of_jaas(plain + R"(username="alice" password="a b;c=\"d\\";)");
  CHECK(login.username == "alice");
  CHECK(login.password == "a b;c=\"d\\");
  login = kafka::login_of_jaas(
      R"(org.apache.kafka.common.security.scram.ScramLoginModule required  password='x' username=bob ;)");
  CHECK(login.username == "bob");
  CHECK(login.password == "x");
}

TEST_CASE("a login that librdkafka has not is refused by its name, and no message holds a password") {
  CHECK(refusal("com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true;")
            .find("Krb5LoginModule") != std::string::npos);
  CHECK(!refusal("").empty());
  const std::string said = refusal("a.PlainLoginModule required password=\"hidden\";");
  CHECK(said.find("PlainLoginModule without username") != std::string::npos);
  CHECK(said.find("hidden") == std::string::npos);
}

}  // namespace
