// The kernels by name, for kernel.cpp alone.
#pragma once

#include "json/kernel.h"

namespace weir::json {

#ifdef __x86_64__
extern const Kernel kKernelSse2;
extern const Kernel kKernelAvx2;
extern const Kernel kKernelAvx512;
#endif

}  // namespace weir::json
