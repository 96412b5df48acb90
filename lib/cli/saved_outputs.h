// How long the files that a run with --state writes to were when it was saved, so that the next run cuts them back to
// that: stdout, and FILEs that are appended to. What is no regular file has no length.
//
// Errors  Error(Kind::usage), code "state_differs", for a file that is shorter or another one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/file_mark.h"
#include "cli/io.h"
#include "state/store.h"

namespace weir::cli {

class SavedOutputs final : public state::Part {
 public:
  // `files`: as they were typed.
  SavedOutputs(const std::vector<std::string>& files, Io& io);

  // What was written is synced before its length is told, so that the state is never ahead of it.
  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;
  // After load(), before anything else opens the files: cuts them back.
  void cut_back(const std::string& directory);
  bool stdout_goes_on() const { return outputs_.front().cut; }

 private:
  struct One {
    std::string name;     // "stdout", or the path
    int fd = -1;          // of stdout
    bool loaded = false;  // it was a file with that mark
    bool cut = false;     // and is that file, cut back
    FileMark mark;
  };
  static void cut_back(One& one, const std::string& directory);

  std::vector<One> outputs_;
};

}  // namespace weir::cli
