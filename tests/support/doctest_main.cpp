// doctest's main, compiled once, and the listener that tallies each test case.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "support/tally.h"

namespace weir::testing {
namespace {

std::string skip_reason;

class TallyListener final : public doctest::IReporter {
 public:
  explicit TallyListener(const doctest::ContextOptions&) {}

  void test_case_start(const doctest::TestCaseData& test) override {
    name_ = test.m_name;
    skip_reason.clear();
    start_ = std::chrono::steady_clock::now();
  }
  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
    const Outcome outcome = !stats.testCaseSuccess ? Outcome::failed
                            : !skip_reason.empty() ? Outcome::skipped
                                                   : Outcome::passed;
    tally(outcome, seconds.count(), name_, outcome == Outcome::skipped ? skip_reason : "");
  }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

 private:
  std::string name_;
  std::chrono::steady_clock::time_point start_;
};

DOCTEST_REGISTER_LISTENER("tally", 1, TallyListener);

}  // namespace

void skip(std::string_view reason) {
  skip_reason = reason;
  std::printf("SKIP: %s\n", skip_reason.c_str());
}

}  // namespace weir::testing
