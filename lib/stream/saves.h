// Who saves the state of a run, as the loop drives it.
//
// A save is made between two batches, when all that was read has been through the operators and every sink has
// acknowledged what came of it: so what is saved belongs together, and whoever goes on from there repeats and loses
// nothing.
#pragma once

#include <cstdint>

#include "stream/batch.h"

namespace weir::stream {

class Saves {
 public:
  virtual ~Saves() = default;
  virtual void on_read(const Batch& batch) = 0;  // as the source handed it out, before any operator has it
  enum class Moment {
    running,
    suspended,  // the run ends here, and is to go on another time: nothing more was emitted
    drained,    // the source ended, and operators have emitted all that they held
  };
  virtual void save(Moment moment) = 0;
  // What ending by itself means for this source: a file is drained, a topic at its end as of now is suspended.
  virtual Moment at_end() const = 0;
  // One of several inputs that ends and may have more another time: the run ends there, since the others cannot be merged
  // with what is still to come.
  virtual bool suspends_at_end_of(std::uint32_t input) const = 0;
};

}  // namespace weir::stream
