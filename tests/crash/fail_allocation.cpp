// A preloaded library that makes one allocation of a process fail, or that one and all behind it:
//   WEIR_FAIL_ALLOCATION=N    the Nth, from 1 (0: none)
//   WEIR_FAIL_FOR_GOOD=1      and all behind it
//   WEIR_ALLOCATIONS=FILE     at the end the number of allocations is written there
// operator new fails with it, since it calls malloc. Small and without C++'s library: it is there before everything else.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

unsigned long counted = 0;
unsigned long failing = 0;
bool for_good = false;
bool ready = false;  // the environment can be read

unsigned long number(const char* name) {
  const char* text = getenv(name);
  return text == nullptr ? 0 : strtoul(text, nullptr, 10);
}

__attribute__((constructor)) void begin() {
  failing = number("WEIR_FAIL_ALLOCATION");
  for_good = number("WEIR_FAIL_FOR_GOOD") != 0;
  ready = true;
}

__attribute__((destructor)) void end() {
  const char* path = getenv("WEIR_ALLOCATIONS");
  if (path == nullptr) return;
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  dprintf(fd, "%lu\n", __atomic_load_n(&counted, __ATOMIC_RELAXED));
  close(fd);
}

bool fails() {
  if (!ready) return false;
  const unsigned long index = __atomic_add_fetch(&counted, 1, __ATOMIC_RELAXED);
  if (failing == 0 || (for_good ? index < failing : index != failing)) return false;
  errno = ENOMEM;
  return true;
}

}  // namespace

extern "C" {
__attribute__((visibility("default"))) void* malloc(size_t size) {
  return fails() ? nullptr : __libc_malloc(size);
}
__attribute__((visibility("default"))) void* calloc(size_t count, size_t size) {
  return fails() ? nullptr : __libc_calloc(count, size);
}
__attribute__((visibility("default"))) void* realloc(void* old, size_t size) {
  return fails() ? nullptr : __libc_realloc(old, size);
}
__attribute__((visibility("default"))) void* aligned_alloc(size_t alignment, size_t size) {
  return fails() ? nullptr : __libc_memalign(alignment, size);
}
__attribute__((visibility("default"))) int posix_memalign(void** to, size_t alignment, size_t size) {
  if (fails()) return ENOMEM;
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? ENOMEM : 0;
}
}
