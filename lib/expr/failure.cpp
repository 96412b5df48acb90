#include "expr/failure.h"

#include "json/canonical.h"

namespace weir::expr {
namespace {

// jq shows the beginning of a value: 14 bytes, or 11 and three dots.
constexpr std::size_t kShownBytes = 14;

std::string kind(const Value& value) {
  return std::string(kind_name(value));
}

std::string shown(const Value& value) {
  std::string text;
  append_value(text, value);
  if (text.size() > kShownBytes) {
    std::size_t cut = kShownBytes - 3;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    text = text.substr(0, cut) + "...";
  }
  return kind(value) + " (" + text + ")";
}

std::string text(const Value& string) {
  Scratch scratch;
  return std::string(text_of(string, scratch));
}

}  // namespace

std::string Failure::message() const {
  switch (what) {
    case What::none:
      return {};
    case What::index_by_name:
      return "Cannot index " + kind(a) + " with string \"" + std::string(name) + "\"";
    case What::index_by_kind:
      return "Cannot index " + kind(a) + " with " + kind(b);
    case What::iterate:
      return "Cannot iterate over " + shown(a);
    case What::has:
      return "Cannot check whether " + kind(a) + " has a " + kind(b) + " key";
    case What::length:
      return shown(a) + " has no length";
    case What::negate:
      return shown(a) + " cannot be negated";
    case What::contains:
      return shown(a) + " and " + shown(b) + " cannot have their containment checked";
    case What::starts_with:
      return "startswith() requires string inputs";
    case What::ends_with:
      return "endswith() requires string inputs";
    case What::not_text_to_match:
      return shown(a) + " cannot be matched, as it is not a string";
    case What::not_a_pattern:
      return kind(a) + " not a string or array";
    case What::not_string:
      return shown(a) + " is not a string";
    case What::modifier:
      return text(a) + " is not a valid modifier string";
    case What::pattern:
      return "Regex failure: " + std::string(name);
    case What::object_key:
      return "Cannot use " + shown(a) + " as object key";
    case What::binary_value:
      return "the value is not text (value_base64), so '.' cannot be read";
    case What::binary_key:
      return "the key is not text (key_base64), so $key cannot be read";
    case What::thrown:
      return std::string(name);
    case What::range:
      return "Range bounds must be numeric";
    case What::steps:
      return "the expression takes too many steps on this event";
    case What::memory:
      return "the expression takes too much memory on this event";
    case What::not_json:
      return "what the expression reads is not valid JSON";
    case What::value_depth:
      return "the expression nests values too deep on this event";
    case What::call_depth:
      return "the expression nests calls too deep on this event";
  }
  return {};
}

std::string_view Failure::code() const {
  switch (what) {
    case What::binary_value:
    case What::binary_key:
      return "binary_value";
    case What::steps:
      return "step_limit";
    case What::memory:
      return "memory_limit";
    case What::value_depth:
    case What::call_depth:
      return "depth_limit";
    default:
      return "expression_error";
  }
}

}  // namespace weir::expr
