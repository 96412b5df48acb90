// Where state lies on disk: an ordered map of bytes that changes by whole batches.
//
// Changes  put, erase and erase_range gather in order and become visible to get() and scan(), all together, by commit().
// Errors   throws Error(Kind::io): "disk_full", "damaged_state" where a checksum does not fit, else "state_io". After a
//          throw only destruction is allowed.
// Threads  one.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/buffer.h"

namespace weir::state {

class Backing {
 public:
  virtual ~Backing() = default;

  virtual bool get(std::string_view key,
                   base::Buffer& value) = 0;  // false: there is none; else the value is set

  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
  virtual void erase_range(std::string_view from, std::string_view to) = 0;  // from <= key < to
  virtual std::size_t gathered_bytes() const = 0;
  // visible: to this process. durable: also after a power cut, and all before it with it.
  enum class Commit { visible, durable };
  virtual void commit(Commit how) = 0;

  // The keys from <= key < to, in order, as of now.
  class Scan {
   public:
    virtual ~Scan() = default;
    virtual bool next() = 0;                   // moves to the first, then to the one behind; false: no more
    virtual std::string_view key() const = 0;  // until next()
    virtual std::string_view value() const = 0;
  };
  virtual std::unique_ptr<Scan> scan(std::string_view from, std::string_view to) = 0;
};

}  // namespace weir::state
