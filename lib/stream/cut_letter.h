// Dead letters that hold no more than the beginning of their event, since it was too long to be read.
#pragma once

#include "record/envelope.h"

namespace weir::stream {

// Is the envelope such a letter, as a FILE has it, or one about the refusal of such a letter? In a topic a letter's headers
// stay with the record and tell.
bool is_cut_letter(const record::Envelope& envelope);

}  // namespace weir::stream
