// The whole list of exit codes, once. Every tool ends with one of these; `man weir` documents them.
#pragma once

namespace weir::base {

enum class ExitCode : int {
  ok = 0,             // everything was handled as asked; also: the reader of stdout went away
  no = 1,             // ran fine, the answer is no: filter -e, table --get, topics check found damage
  usage = 2,          // flag, expression, topic name, configuration
  data = 3,           // bad input data: policy fail, --max-errors reached, lines lost between two tools
  io = 4,             // local I/O or storage: disk full, corrupt log, lock, permission, stdout failed
  network = 5,        // network or broker
  auth = 6,           // authentication or authorisation
  undelivered = 7,    // delivery not confirmed for some records
  limit = 8,          // memory, keys, steps
  internal = 70,      // a bug of ours
  restart = 75,       // a checkpointed pipeline must be restarted
  fenced = 76,        // fenced by a newer run of the same pipeline
  timeout = 124,      // --timeout
  interrupted = 130,  // SIGINT, after settling
  terminated = 143,   // SIGTERM, after settling
};

}  // namespace weir::base
