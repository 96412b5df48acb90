// How an evaluation hands its results on, one after the other: a reference to whatever takes them. Borrowed for the
// length of one call; never stored.
#pragma once

#include <cstdint>
#include <type_traits>

#include "expr/value.h"

namespace weir::expr {

enum class Status : std::uint8_t {
  more,    // go on
  stop,    // the taker has what it wants
  failed,  // an error, here or further down
};

class Emit {
 public:
  template <typename Take>
  requires(!std::is_same_v<std::remove_cvref_t<Take>, Emit>)
      Emit(Take&& take)  // NOLINT: a lambda is handed over as it stands
      : object_(const_cast<void*>(static_cast<const void*>(&take))),
        call_([](void* object, const Value& value) {
          return (*static_cast<std::remove_reference_t<Take>*>(object))(value);
        }) {}

  Status operator()(const Value& value) const { return call_(object_, value); }

 private:
  void* object_;
  Status (*call_)(void*, const Value&);
};

}  // namespace weir::expr
