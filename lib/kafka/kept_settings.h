// What a topic's settings are to be when some of them change.
//
// Errors   as said below; nothing is asked of the cluster.
// Threads  any: a function of its arguments.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bus/admin.h"

namespace weir::kafka {

// The protocol's call replaces all settings that somebody has set for a topic and takes what is left out back to its
// default, so it must be told those that stay, too. `now`: all that the cluster knows.
// Throws Error(Kind::usage) for a name that is not in `now`, and code "hidden_setting" where one is to stay whose value
// the cluster does not show.
std::map<std::string, std::string> settings_after(const std::vector<bus::ConfigEntry>& now,
                                                  const bus::ConfigChanges& changes);

}  // namespace weir::kafka
