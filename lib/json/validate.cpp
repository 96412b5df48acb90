#include "json/validate.h"

#include <cstring>

#include "json/chars.h"
#include "json/judge.h"
#include "json/kernel.h"

namespace weir::json {

namespace {

bool kernel_says_valid(const Kernel& kernel, const char* data, std::size_t size) {
  bool ascii = false;
  return kernel.validate(data, size, &ascii) && (ascii || kernel.utf8(data, size));
}

}  // namespace

bool valid(std::string_view text) noexcept {
  const auto fast = kernels();
  if (!fast.empty() && kernel_says_valid(*fast.front(), text.data(), text.size())) return true;
  return judge(text).fault == Fault::none;
}

bool validate(std::string_view text, Error& error) noexcept {
  if (valid(text)) return true;
  error = judge(text);
  return error.fault == Fault::none;
}

bool valid_bare(std::string_view text) noexcept {
  return !text.empty() && !is_space(text.front()) && !is_space(text.back()) &&
         std::memchr(text.data(), '\n', text.size()) == nullptr && valid(text);
}

}  // namespace weir::json
