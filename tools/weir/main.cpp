#include <new>

#include "base/error.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "tools/weir/dispatch.h"

// No cli::tool_main here: the dispatcher has no flags to declare, must start in no time, and hands its signals on
// to the tool as it got them.
int main(int argc, char** argv) {
  weir::cli::open_standard_descriptors();
  const weir::cli::Io io;
  try {
    return static_cast<int>(weir::dispatch({argv + (argc > 0 ? 1 : 0), argv + argc}, io));
  } catch (const weir::base::Error& error) {
    io.put_err(weir::cli::format_error("weir", error, {}));
    return static_cast<int>(weir::base::exit_code(error.kind()));
  } catch (const std::bad_alloc&) {
    return static_cast<int>(weir::cli::report_out_of_memory());
  }
}
