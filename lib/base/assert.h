// WEIR_ASSERT(condition): a bug of ours stops the process, in release builds too. Never for input, files or
// the network: those throw or return.
#pragma once

namespace weir::base {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}

#define WEIR_ASSERT(condition)                          \
  (__builtin_expect(static_cast<bool>(condition), true) \
       ? static_cast<void>(0)                           \
       : ::weir::base::assertion_failed(#condition, __FILE__, __LINE__))
