#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace weir::base {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "weir " WEIR_VERSION ": internal error: %s (%s:%d)\nplease report this line\n",
               condition, file, line);
  // The documented exit code for a bug; no destructors, since the state is not to be trusted.
  std::_Exit(70);
}

}  // namespace weir::base
