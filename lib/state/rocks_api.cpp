#include "state/rocks_api.h"

#include <dlfcn.h>

#include <string>

#include "base/error.h"

namespace weir::state {
namespace {

constexpr const char* kLibrary = "librocksdb.so.7.8";

[[noreturn]] void missing() {
  const char* why = ::dlerror();
  throw base::Error(base::Kind::usage, "state goes to disk by RocksDB, which cannot be opened: " +
                                           std::string(why == nullptr ? "unknown" : why))
      .hint("apt-get install librocksdb7.8")
      .code("no_rocksdb");
}

template <typename Function>
void find(void* library, const char* name, Function& to) {
  to = reinterpret_cast<Function>(::dlsym(library, name));
  if (to == nullptr) missing();
}

Rocks load() {
  // Never closed: its threads outlive whatever we could order.
  void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) missing();
  Rocks calls;
#define WEIR_ROCKS_FIND(name) find(library, #name, calls.name);
  WEIR_ROCKS_CALLS(WEIR_ROCKS_FIND)
#undef WEIR_ROCKS_FIND
  return calls;
}

}  // namespace

const Rocks& rocks() {
  static const Rocks table = load();
  return table;
}

}  // namespace weir::state
