#include "json/writer.h"

#include "base/assert.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::json {

void Writer::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

Writer& Writer::open(char bracket) {
  separate();
  out_ += bracket;
  ++depth_;
  comma_ = false;
  return *this;
}

Writer& Writer::close(char bracket) {
  WEIR_ASSERT(depth_ > 0);
  --depth_;
  out_ += bracket;
  comma_ = depth_ > 0;
  return *this;
}

Writer& Writer::begin_object() {
  return open('{');
}
Writer& Writer::end_object() {
  return close('}');
}
Writer& Writer::begin_array() {
  return open('[');
}
Writer& Writer::end_array() {
  return close(']');
}

Writer& Writer::name(std::string_view text) {
  separate();
  append_quoted(out_, text);
  out_ += ':';
  comma_ = false;
  return *this;
}

Writer& Writer::null() {
  return raw("null");
}
Writer& Writer::boolean(bool value) {
  return raw(value ? "true" : "false");
}

Writer& Writer::number(std::int64_t value) {
  separate();
  append_number(out_, value);
  return end_value();
}

Writer& Writer::number(double value) {
  separate();
  append_number(out_, value);
  return end_value();
}

Writer& Writer::string(std::string_view text) {
  separate();
  append_quoted(out_, text);
  return end_value();
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_ += json;
  return end_value();
}

Writer& Writer::end_value() {
  comma_ = depth_ > 0;  // texts that follow a finished one are the caller's to separate
  return *this;
}

}  // namespace weir::json
