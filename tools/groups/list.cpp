#include <algorithm>

#include "cli/table.h"
#include "json/writer.h"
#include "tools/groups/verbs.h"

namespace weir::groups {
namespace {

std::string json_of(const bus::GroupSummary& group) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object().name("group").string(group.name).name("state").string(group.state);
  if (group.members) writer.name("members").number(static_cast<std::int64_t>(*group.members));
  if (group.topics) writer.name("topics").number(static_cast<std::int64_t>(*group.topics));
  writer.end_object();
  return line + "\n";
}

std::string text_of(const std::optional<std::size_t>& number) {
  return number ? std::to_string(*number) : "-";
}

}  // namespace

base::ExitCode list(const Options& options, bus::Admin& admin, cli::Io& io) {
  using Align = cli::Table::Align;
  cli::Table table{{"GROUP"}, {"STATE"}, {"MEMBERS", Align::right}, {"TOPICS", Align::right}};
  std::string lines;
  const std::vector<std::string> chosen = select(options, admin);
  const std::vector<bus::GroupSummary> all = admin.groups();
  for (const std::string& name : chosen) {
    const auto group =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    // Not there: says so, and which is near.
    const bus::GroupSummary found =
        group == all.end() ? admin.group(name, bus::Admin::GroupLook::ends).summary : *group;
    if (options.json) {
      lines += json_of(found);
    } else {
      table.row({found.name, found.state, text_of(found.members), text_of(found.topics)});
    }
  }
  io.put_out(options.json ? lines : table.empty() ? "" : table.text());
  return base::ExitCode::ok;
}

}  // namespace weir::groups
