#include "pipeline/fsck.h"
#include "pipeline/small_shop.h"
#include "pipeline/status.h"
#include "store/failing_store.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <functional>

namespace forecart {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Every call of the store fails in turn; of these a few here, all with FORECART_ALL_CALLS=1.
std::int64_t stride() {
  constexpr std::int64_t kFew = 9;
  return std::getenv("FORECART_ALL_CALLS") != nullptr ? 1 : kFew;
}

/// A shop that has a run, with more orders on their way.
class FailuresTest : public testing::TestWithParam<bool> {
 protected:
  FailuresTest() {
    EXPECT_FALSE(has_run());
    ask();
    shop_.work();
    EXPECT_TRUE(has_run());
    fs::copy(shop_.shop(), whole_, fs::copy_options::recursive);
  }
  ~FailuresTest() override { Repository::wrap_stores(nullptr); }

  bool has_run() const { return Repository::open(shop_.shop()).current("orders").has_value(); }

  void ask() const {
    Repository repository = Repository::open(shop_.shop());
    ask_for_run(repository, "orders", "request");
  }

  /// As it was before the orders came.
  void restore() const {
    fs::remove_all(shop_.shop());
    fs::copy(whole_, shop_.shop(), fs::copy_options::recursive);
  }

  std::int64_t rows() const {
    return repository_status(shop_.shop(), "orders")
        .at("datasets")
        .at(0)
        .at("rows_accepted")
        .get<std::int64_t>();
  }

  /// Nothing damaged, and the current run is a complete one.
  void expect_whole(const std::string& when) const {
    FsckRequest request;
    request.repository = shop_.shop();
    const FsckReport report = check_repository(request);
    EXPECT_TRUE(report.damages.empty()) << when << to_json(report).at("damages").dump(2);
    EXPECT_TRUE(has_run()) << when;
  }

  /// All that came is in the current run, once; nothing waits and nothing was given up.
  void expect_done(std::int64_t rows_accepted, const std::string& when) const {
    const Repository repository = Repository::open(shop_.shop());
    EXPECT_EQ(rows(), rows_accepted) << when;
    EXPECT_EQ(repository_status(shop_.shop(), "orders").at("datasets").at(0).at("next"), "nothing")
        << when;
    EXPECT_TRUE(repository.store().list("dead/").empty()) << when;
    EXPECT_TRUE(repository.store().list("inbox/").empty()) << when;
    EXPECT_TRUE(waiting_work(repository).empty()) << when;
    EXPECT_FALSE(last_failure(repository, "orders")) << when;
  }

  /// `step` with the store failing as planned; how many calls it made.
  std::int64_t do_failing(const std::function<void()>& step, const FailurePlan& plan) const {
    auto failing = std::make_shared<FailingStore>(open_local_store(shop_.shop()), plan);
    Repository::wrap_stores([&](auto) { return std::make_unique<ForwardingStore>(failing); });
    try {
      step();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::unavailable) << error.what();
    }
    Repository::wrap_stores(nullptr);
    return failing->calls();
  }

  /// Does `step` once with each call failing alone, and each time lets others go on from there.
  void fail_each_call(const std::function<void()>& step, const std::function<void()>& go_on) {
    const std::int64_t calls = do_failing(step, {});
    EXPECT_GT(calls, 50);
    expect_whole("undisturbed: ");
    const std::int64_t all = rows();
    for (std::int64_t call = 1; call <= calls; call += stride()) {
      restore();
      do_failing(step, {.only = call, .after = GetParam()});
      const std::string when = fmt::format("call {} of {}; ", call, calls);
      expect_whole(when + "before: ");
      go_on();
      expect_whole(when + "after: ");
      expect_done(all, when);
    }
  }

  void work_until_done() const {
    for (int i = 0; i < 5; ++i) {
      if (!shop_.work().more) return;
    }
  }

  SmallShop shop_;
  fs::path whole_ = shop_.beside("whole");
};

TEST_P(FailuresTest, OfWorkLoseNothing) {
  fail_each_call(
      [this] {
        shop_.put_into_inbox("second.csv", 20, 31);
        shop_.work();
      },
      [this] { work_until_done(); });
}

TEST_P(FailuresTest, OfIngestAndRunLoseNothing) {
  const auto by_hand = [this] {
    ingest_into(shop_.shop(), {SmallShop::write_orders(shop_.beside("second.csv"), 20, 31)}, 1);
    RunRequest run;
    run.repository = shop_.shop();
    run.dataset = "orders";
    run.choice.threads = 1;
    run_dataset(run);
  };
  fail_each_call(by_hand, by_hand);
}

INSTANTIATE_TEST_SUITE_P(BeforeAndAfter, FailuresTest, testing::Bool(),
                         [](const auto& own) { return own.param ? "after" : "before"; });

}  // namespace
}  // namespace forecart
