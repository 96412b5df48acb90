#include "tools/weir/manual_page.h"

#include <unistd.h>

#include <array>

namespace weir {
namespace {

constexpr std::array<std::string_view, 2> kPages = {"weir-expressions.7", "weir-log.5"};

}  // namespace

std::string page_name(std::string_view topic) {
  for (const std::string_view page : kPages) {
    const std::string_view name = page.substr(0, page.rfind('.'));
    if (topic == name || topic == name.substr(name.find('-') + 1)) return std::string(page);
  }
  return {};
}

std::string find_page(const std::string& page, const std::string& folder) {
  const char section = page.back();
  const std::string above = folder.substr(0, folder.rfind('/'));
  const std::string installed = above + "/share/man/man" + section + "/" + page;
  const std::string built = above + "/man/" + page;
  for (const std::string& file : {installed, installed + ".gz", built}) {
    if (::access(file.c_str(), R_OK) == 0) return file;
  }
  return page.substr(0, page.rfind('.')) + "(" + section + ")";
}

}  // namespace weir
