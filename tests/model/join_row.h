// What the models of the joins share: keys, and how a row is written.
#pragma once

#include <string>

#include "model/join_model.h"

namespace weir::model {

const Value& join_key(const JoinSpec& spec, const Record& record);
// A side that is absent is null.
std::string joined_line(const JoinSpec& spec, const Value& key, Time ts, const Value& left,
                        const Value& right);
// Of a table join: the row is no more.
std::string gone_line(const JoinSpec& spec, const Value& key, Time ts);

}  // namespace weir::model
