#include "json/kernel.h"

#include "json/kernel_table.h"

namespace weir::json {

namespace {

struct Runnable {
  const Kernel* kernels[3];
  std::size_t count = 0;

  Runnable() noexcept {
#ifdef __x86_64__
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                      __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul");
    // AVX512-VBMI2 itself is not used. It comes with VBMI, and tells the machines that lower their clock for 512-bit work
    // (Skylake) from those that do not.
    if (avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512vbmi2")) {
      kernels[count++] = &kKernelAvx512;
    }
    if (avx2) kernels[count++] = &kKernelAvx2;
    kernels[count++] = &kKernelSse2;
#endif
  }
};

}  // namespace

std::span<const Kernel* const> kernels() noexcept {
  static const Runnable runnable;
  return {runnable.kernels, runnable.count};
}

}  // namespace weir::json
