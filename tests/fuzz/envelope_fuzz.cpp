// Any bytes as an envelope line: a fault or a record, and that record's own line says the same again. Any bytes as key
// and value of a record: they come back from their line.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "json/validate.h"
#include "record/envelope.h"
#include "support/records.h"

namespace {

using namespace weir;
using namespace weir::record;

// The line is one valid object without a newline, and says what the record says.
void check(const Envelope& envelope) {
  base::Buffer encoded;
  encode(envelope, encoded);
  const std::string line(encoded.view());
  if (line.find('\n') != std::string::npos || !json::valid_bare(line)) std::abort();
  HeapArena arena;
  Envelope again;
  if (decode(line, arena, again)) std::abort();
  if (testing::own(again.record, again.offset) != testing::own(envelope.record, envelope.offset))
    std::abort();
  if (again.topic != envelope.topic || again.partition != envelope.partition) std::abort();
  base::Buffer second;
  encode(again, second);
  if (second.view() != line) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t newline = bytes.find('\n');
  HeapArena arena;
  Envelope envelope;
  if (!decode(bytes.substr(0, newline), arena, envelope)) check(envelope);

  HeadersBuilder headers;
  headers.add(bytes, Bytes(bytes));
  Envelope made;
  made.record = testing::record(bytes.substr(size / 2), bytes);
  made.record.headers = headers.headers();
  check(made);
  return 0;
}
