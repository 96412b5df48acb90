#include "expr/precedence.h"

#include <algorithm>
#include <array>

namespace weir::expr {
namespace {

constexpr int kCommaLevel = 2;

constexpr std::array<Operator, 24> kOperators = {{
    {"|", kPipeLevel, Side::left, Op::pipe},   {",", kCommaLevel, Side::left, Op::comma},
    {"//", 3, Side::right, Op::binary},        {"=", 4, Side::none, Op::assign},
    {"|=", 4, Side::none, Op::assign},         {"+=", 4, Side::none, Op::assign},
    {"-=", 4, Side::none, Op::assign},         {"*=", 4, Side::none, Op::assign},
    {"/=", 4, Side::none, Op::assign},         {"%=", 4, Side::none, Op::assign},
    {"//=", 4, Side::none, Op::assign},        {"or", 5, Side::left, Op::or_},
    {"and", 6, Side::left, Op::and_},          {"==", 7, Side::none, Op::binary},
    {"!=", 7, Side::none, Op::binary},         {"<", 7, Side::none, Op::binary},
    {"<=", 7, Side::none, Op::binary},         {">", 7, Side::none, Op::binary},
    {">=", 7, Side::none, Op::binary},         {"+", kPlusLevel, Side::left, Op::binary},
    {"-", kPlusLevel, Side::left, Op::binary}, {"*", 9, Side::left, Op::binary},
    {"/", 9, Side::left, Op::binary},          {"%", 9, Side::left, Op::binary},
}};

}  // namespace

const Operator* operator_of(std::string_view text) {
  const auto* found =
      std::find_if(kOperators.begin(), kOperators.end(), [&](const Operator& o) { return o.text == text; });
  return found == kOperators.end() ? nullptr : found;
}

const Operator* operator_of(const Token& token) {
  const bool word = token.kind == TokenKind::punctuation || token.kind == TokenKind::keyword;
  return word ? operator_of(token.text) : nullptr;
}

}  // namespace weir::expr
