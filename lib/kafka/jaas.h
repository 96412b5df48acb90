// The sasl.jaas.config of a Java client's properties file, for who has such a file already.
// Source  "JAAS configuration for Kafka clients" in Kafka's documentation: MODULE FLAG NAME="VALUE" ... ;
#pragma once

#include <string>
#include <string_view>

namespace weir::kafka {

struct Login {
  std::string username, password;
};

// Of PlainLoginModule and ScramLoginModule. Throws Error(Kind::usage) for another module, by its name, and for what has no
// user or no password. No message holds the password.
Login login_of_jaas(std::string_view text);

}  // namespace weir::kafka
