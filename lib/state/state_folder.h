// The directory of --state: made when it is missing, used by one process at a time.
//
// Layout   lock      held while a run uses the state; says who
//          entries/  what is saved (rocks_backing.h)
//          saved     there is something in it: to take what is lost for what never was would write results twice
// Errors   Error(Kind::io), code "state_in_use", names the process that has it; Error(Kind::usage), code "not_a_state",
//          for a directory with other files in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/sys.h"
#include "state/backing.h"

namespace weir::state {

class StateFolder {
 public:
  // `user`: the tool that takes it, as others are told.
  static StateFolder open(base::Sys& sys, const std::string& directory, std::string_view user);

  const std::string& directory() const { return directory_; }
  std::unique_ptr<Backing> open_backing() const;
  // After the first save.
  void note_save() const;
  bool had_save() const;

 private:
  StateFolder(base::Sys& sys, std::string directory, base::File lock)
      : sys_(&sys), directory_(std::move(directory)), lock_(std::move(lock)) {}

  base::Sys* sys_;
  std::string directory_;
  base::File lock_;
};

// A place for what memory has no room for, in `directory`; gone with the object. What processes that were killed have left
// there is removed.
std::unique_ptr<Backing> open_spill(const std::string& directory);

}  // namespace weir::state
