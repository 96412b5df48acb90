// Any bytes as the text of an expression: a tree that is no deeper than promised, or a usage error that points into the
// source. (Seeds are EXPRESSION NUL LINE: the line is left alone.)
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "expr/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  try {
    const expr::NodePtr tree = expr::parse({std::string(input.substr(0, input.find('\0')))});
    if (!tree || tree->depth > expr::kMaxDepth) std::abort();
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::usage || error.place().empty() || error.caret() > error.excerpt().size())
      std::abort();
  }
  return 0;
}
