// How a row of `window` is written.
#pragma once

#include <string>

#include "model/window_model.h"

namespace weir::model {

struct RowIdentity {
  Value key;  // an array, one element for each --by
  Time start, end, first, last;
  std::string pane;
  int n;
  bool partial;
};

std::string row_line(const WindowSpec& spec, const RowIdentity& row, const Object& aggregates);
std::string delete_line(const WindowSpec& spec, const RowIdentity& row);
// The record, marked as late.
std::string late_line(const Record& record, bool envelope);

}  // namespace weir::model
