// A run goes on from the current one where it can, tells what it did, and can be verified.
#include "pipeline/continued_run.h"

#include "pipeline/test_shop.h"
#include "pipeline/verify.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class ContinuedRun : public TestShop {
 protected:
  /// A shop that has run once.
  ContinuedRun() : TestShop("\"product\"") { first_ = run_dataset(request()).run; }

  RunRequest request() const { return short_run({"SeasonalNaive", "AutoSelect"}); }

  /// The file of a run.
  std::string bytes(const std::string& run, const std::string& name) const {
    return file_bytes(file_of(run, name));
  }

  /// The best model of each series, as the ledger of a run has it.
  std::vector<std::string> best_models(const std::string& run) const {
    std::vector<std::string> models;
    for (const auto& row : nlohmann::json::parse(bytes(run, "ledger.json"))) {
      models.push_back(row.at("best_model").get<std::string>());
    }
    return models;
  }

  static std::string notes_of(const RunReport& report) {
    return fmt::format("{}", fmt::join(report.panels.front().notes, "; "));
  }

  std::string first_;
};

TEST_F(ContinuedRun, MovesOnWithTheProofOfTheFirst) {
  ingest_last_month();
  const RunReport report = run_dataset(request());
  const PanelRun& outcome = report.panels.front().outcome;
  EXPECT_EQ(outcome.moved_on_from, first_);
  EXPECT_EQ(outcome.retraining.moved_on + outcome.retraining.refits(),
            2 * report.panels.front().panel.size());
  EXPECT_GT(outcome.retraining.moved_on, outcome.retraining.refits());
  EXPECT_EQ(bytes(report.run, "leaderboard.csv"), bytes(first_, "leaderboard.csv"));
  EXPECT_NE(bytes(report.run, "forecasts.csv"), bytes(first_, "forecasts.csv"));
  EXPECT_EQ(best_models(report.run), best_models(first_));
  EXPECT_TRUE(report.published);
  VerifyRequest verify;
  verify.repository = shop();
  verify.dataset = "orders";
  verify.run = report.run;
  const VerifyReport verified = verify_run(verify);
  EXPECT_TRUE(verified.passed());
  EXPECT_EQ(verified.likeness(), Likeness::same);
}

/// Publishes another run as soon as something is being made.
class Meanwhile final : public Progress {
 public:
  explicit Meanwhile(std::function<void()> work) : work_(std::move(work)) {}
  void report(const std::string&, double, const std::string&) override {
    if (auto work = std::exchange(work_, nullptr)) work();
  }
  bool was_heard() const { return work_ == nullptr; }

 private:
  std::function<void()> work_;
};

TEST_F(ContinuedRun, GoesOnFromTheRunThatWasPublishedMeanwhile) {
  ingest_last_month();
  std::string other;
  Meanwhile meanwhile([&] { other = run_dataset(request()).run; });
  RunRequest late = request();
  late.progress = &meanwhile;
  const RunReport report = run_dataset(late);
  ASSERT_TRUE(meanwhile.was_heard());
  EXPECT_EQ(report.panels.front().outcome.moved_on_from, other);
}

TEST_F(ContinuedRun, FitsAndProvesWhereItIsToldOtherwise) {
  ingest_last_month();
  RunRequest other = request();
  other.choice.seed = 2;
  const RunReport seeded = run_dataset(other);
  EXPECT_EQ(seeded.panels.front().outcome.moved_on_from, "");
  EXPECT_NE(notes_of(seeded).find("the options are others"), std::string::npos);
  RunRequest all = request();
  all.retrain_all = true;
  const RunReport always = run_dataset(all);
  EXPECT_EQ(always.panels.front().outcome.moved_on_from, "");
  EXPECT_EQ(notes_of(always).find("anew"), std::string::npos);
  EXPECT_GT(always.panels.front().outcome.windows, 0);
  change_settings("priority = 0", "priority = 1");
  EXPECT_NE(run_dataset(request()).panels.front().outcome.moved_on_from, "");
  change_settings("outliers = \"find\"", "outliers = \"show\"");
  const RunReport settings = run_dataset(request());
  EXPECT_NE(notes_of(settings).find("dataset.toml has changed"), std::string::npos);
}

TEST_F(ContinuedRun, FitsAgainWhoseHistoryHasChangedAndDoesNotForgetItWhereThatWaits) {
  std::ifstream orders(files_.front());
  std::string header;
  std::string row;
  std::getline(orders, header);
  while (std::getline(orders, row) && (row.empty() || row.front() < '0' || row.front() > '9')) {
  }
  const fs::path late = folder_ / "late.csv";
  std::ofstream(late) << header << "\n9" << row << "\n";  // another order of the same things
  ingest({late});
  const auto again = [](const RunReport& report) {
    int count = 0;
    for (const auto& own : report.panels.front().outcome.decisions.at("SeasonalNaive")) {
      if (own.decision == Retraining::move_on) continue;
      EXPECT_EQ(own.decision, Retraining::re_estimate);
      EXPECT_NE(own.reason.find("history has changed"), std::string::npos);
      ++count;
    }
    return count;
  };
  RunRequest poor = request();
  poor.choice.refit_budget = 1e-9;
  const RunReport waiting = run_dataset(poor);
  ASSERT_EQ(waiting.panels.front().outcome.moved_on_from, first_) << notes_of(waiting);
  EXPECT_EQ(again(waiting), 0);
  EXPECT_EQ(waiting.panels.front().outcome.waiting.size(), 1U);
  const RunReport report = run_dataset(request());
  EXPECT_EQ(report.panels.front().outcome.moved_on_from, waiting.run);
  EXPECT_EQ(again(report), 1);
  EXPECT_EQ(again(run_dataset(request())), 0);
}

TEST_F(ContinuedRun, FitsAndProvesWhereWhatItNeedsIsDamaged) {
  ingest_last_month();
  fs::remove(file_of(first_, "leaderboard.csv"));
  const RunReport report = run_dataset(request());
  EXPECT_NE(notes_of(report).find("leaderboard.csv is damaged or gone"), std::string::npos);
  EXPECT_TRUE(report.published);
  const fs::path manifest = file_of(report.run, "manifest.json");
  std::ofstream(manifest) << R"({"run": 3})";
  const RunReport again = run_dataset(request());
  EXPECT_NE(notes_of(again).find("cannot go on"), std::string::npos);
  EXPECT_TRUE(again.published);
}

TEST_F(ContinuedRun, SpendsNoMoreThanItsBudget) {
  ingest_last_month();
  RunRequest own = request();
  own.choice.refit_budget = 1e-9;
  const RetrainingReport none = run_dataset(own).panels.front().outcome.retraining;
  EXPECT_EQ(none.refits(), 0);
  EXPECT_GT(none.postponed, 0) << "nothing needed a refit: the test shows nothing";
}

}  // namespace
}  // namespace forecart
