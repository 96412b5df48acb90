#include "kafka/api.h"

#include <dlfcn.h>

#include <string>

#include "base/error.h"

namespace weir::kafka {
namespace {

constexpr const char* kLibrary = "librdkafka.so.1";

[[noreturn]] void missing() {
  const char* why = ::dlerror();
  throw base::Error(base::Kind::usage,
                    "a Kafka cluster is reached through librdkafka, which cannot be opened: " +
                        std::string(why == nullptr ? "unknown" : why))
      .hint("apt-get install librdkafka1")
      .code("no_librdkafka");
}

template <typename Function>
void find(void* library, const char* name, Function& to) {
  to = reinterpret_cast<Function>(::dlsym(library, name));
  if (to == nullptr) missing();
}

Api load() {
  // Never closed: its threads outlive whatever we could order.
  void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) missing();
  Api api{};
#define WEIR_KAFKA_FIND(name) find(library, #name, api.name);
  WEIR_KAFKA_CALLS(WEIR_KAFKA_FIND)
  WEIR_KAFKA_GROUP_CALLS(WEIR_KAFKA_FIND)
#undef WEIR_KAFKA_FIND
  return api;
}

}  // namespace

const Api& api() {
  static const Api table = load();
  return table;
}

}  // namespace weir::kafka
