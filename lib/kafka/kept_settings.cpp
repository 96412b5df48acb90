#include "kafka/kept_settings.h"

#include <algorithm>

#include "base/error.h"
#include "base/nearest.h"

namespace weir::kafka {

std::map<std::string, std::string> settings_after(const std::vector<bus::ConfigEntry>& now,
                                                  const bus::ConfigChanges& changes) {
  using base::Error;
  using base::Kind;
  std::map<std::string, std::string> after;
  std::vector<std::string> names;
  for (const bus::ConfigEntry& each : now) {
    names.push_back(each.name);
    if (each.is_default || changes.contains(each.name)) continue;
    if (each.hidden) {
      throw Error(Kind::usage, "the cluster does not show what " + each.name +
                                   " is set to, and would forget it when another setting is changed")
          .hint("set it, too: --config " + each.name + "=VALUE")
          .code("hidden_setting");
    }
    after[each.name] = each.value;
  }
  for (const auto& [name, value] : changes) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string nearest = base::nearest_name(name, names);
      throw Error(Kind::usage, "no setting is called '" + name + "'" +
                                   (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"))
          .code("bad_setting");
    }
    if (value) after[name] = *value;
  }
  return after;
}

}  // namespace weir::kafka
