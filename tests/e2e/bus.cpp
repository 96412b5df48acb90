#include "bus.h"

#include <cstdlib>

#include "shell.h"

namespace weir::e2e {
namespace {

constexpr std::chrono::seconds kEmptyLimit{60};

// A killed member of a group is one until the cluster has missed it for its session; the group goes then.
constexpr const char* kEmpty =
    "left() { topics list; groups list; }\n"
    "test -n \"$(left)\" || exit 0\n"
    "echo used\n"
    "topics list | grep -q . && topics delete -q -r '.+'\n"
    "groups list | grep -q . && for i in $(seq 100); do\n"
    "  groups delete -q -r '.+' 2>/dev/null && break\n"
    "  sleep 0.1\n"
    "done\n"
    "left\n";

}  // namespace

CaseBus::CaseBus(std::string cluster, std::filesystem::path bin)
    : cluster_(std::move(cluster)), bin_(std::move(bin)) {}

std::vector<std::string> CaseBus::environment(const std::filesystem::path& home) const {
  std::vector<std::string> variables = {"PATH=" + bin_.string() + ":/usr/bin:/bin", "HOME=" + home.string(),
                                        "TMPDIR=" + home.string(), "LC_ALL=C.UTF-8", "TZ=UTC"};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* text = std::getenv(name)) variables.push_back(std::string(name) + "=" + text);
  }
  if (!cluster_.empty()) variables.push_back("WEIR_BUS=" + cluster_);
  return variables;
}

std::string CaseBus::as_in_cases(std::string text) const {
  if (cluster_.empty()) return text;
  constexpr std::string_view kLocal = "./weir-data";
  for (std::size_t at = 0; (at = text.find(cluster_, at)) != std::string::npos; at += kLocal.size())
    text.replace(at, cluster_.size(), kLocal);
  return text;
}

std::string CaseBus::empty(const std::filesystem::path& home, bool* used) const {
  *used = false;
  if (cluster_.empty()) return {};
  const Ran ran = run_shell(kEmpty, "", home.string(), environment(home), kEmptyLimit);
  constexpr std::string_view kUsed = "used\n";
  *used = ran.out.starts_with(kUsed);
  const std::string left = *used ? ran.out.substr(kUsed.size()) : ran.out;
  return left + ran.err;
}

}  // namespace weir::e2e
