// What --explain says: which engine runs each expression, and how much is kept at once.
#pragma once

#include "cli/io.h"
#include "ops/window.h"

namespace weir::window {

void explain(const ops::Window& window, const ops::WindowSettings& settings, const cli::Io& io);

}  // namespace weir::window
