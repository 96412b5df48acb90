#include "kafka/kept_settings.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace weir;
using Settings = std::map<std::string, std::string>;

namespace {

const std::vector<bus::ConfigEntry> kNow = {
    {.name = "cleanup.policy", .value = "delete"},
    {.name = "retention.ms", .value = "5", .is_default = false},
    {.name = "segment.bytes", .value = "1048576", .is_default = false},
};

std::string refusal(const std::vector<bus::ConfigEntry>& now, const bus::ConfigChanges& changes) {
  try {
    kafka::settings_after(now, changes);
  } catch (const base::Error& error) {
    return std::string(error.code()) + ": " + error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("what others have set stays, what is a default stays one, and what changes is changed") {
  CHECK(kafka::settings_after(kNow, {}) == Settings{{"retention.ms", "5"}, {"segment.bytes", "1048576"}});
  CHECK(kafka::settings_after(kNow, {{"retention.ms", "7"}, {"cleanup.policy", "compact"}}) ==
        Settings{{"cleanup.policy", "compact"}, {"retention.ms", "7"}, {"segment.bytes", "1048576"}});
  CHECK(kafka::settings_after(kNow, {{"retention.ms", std::nullopt}}) ==
        Settings{{"segment.bytes", "1048576"}});
}

TEST_CASE("a setting whose value the cluster hides is never overwritten with nothing") {
  std::vector<bus::ConfigEntry> now = kNow;
  now.push_back({.name = "a.password", .value = "", .is_default = false, .obeyed = true, .hidden = true});
  CHECK(refusal(now, {{"retention.ms", "7"}}) ==
        "hidden_setting: the cluster does not show what a.password is set to, and would forget it when "
        "another setting "
        "is changed");
  CHECK(kafka::settings_after(now, {{"a.password", "new"}}).at("a.password") == "new");
  CHECK(!kafka::settings_after(now, {{"a.password", std::nullopt}}).contains("a.password"));
  now.back().is_default = true;
  CHECK(refusal(now, {{"retention.ms", "7"}}) == "accepted");
}

TEST_CASE("a setting that the cluster does not know is told with the nearest that it does") {
  CHECK(refusal(kNow, {{"retention.mss", "1"}}) ==
        "bad_setting: no setting is called 'retention.mss'; did you mean 'retention.ms'?");
  CHECK(refusal(kNow, {{"x", std::nullopt}}) == "bad_setting: no setting is called 'x'");
}
