#include "aws/quicksight_refresh.h"

#include "base/error.h"
#include "pipeline/small_shop.h"

#include <gmock/gmock.h>

#include <mutex>
#include <thread>

namespace forecart {
namespace {

using State = QuickSightRefresh::State;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Ingestion = std::pair<std::string, std::string>;

/// QuickSight as a shop sees it: what it was told to take in.
class Refreshes : public testing::Test {
 protected:
  Refreshes() { run_ = shop_.run().run; }

  void set_up(int most) {
    change_quicksight_record(repository_, "orders", [&](QuickSightRecord& record) {
      record = {.account = "123456789012",
                .region = "eu-central-1",
                .prefix = "shop",
                .tables = {"forecasts", "sales_by_hour"},
                .most = most};
      return true;
    });
  }

  QuickSightRefresh refresh() {
    Repository repository = Repository::open(shop_.shop());  // as another host would
    return refresh_quicksight(
        repository, "orders", run_, [this](const QuickSightRecord&) -> Ingest {
          return [this](const std::string& data_set, const std::string& ingestion) {
            const std::scoped_lock lock(mutex_);
            if (broken_) throw Error(ErrorCode::unavailable, "throttled");
            told_.emplace_back(data_set, ingestion);
          };
        });
  }

  QuickSightRecord record() const { return *read_quicksight_record(repository_, "orders"); }

  void another_run(int day) {
    shop_.put_into_inbox(std::to_string(day) + ".csv", day, day);
    run_ = shop_.work().run->run;
  }

  void age(std::chrono::hours by) {
    change_quicksight_record(repository_, "orders", [&](QuickSightRecord& record) {
      for (Instant& at : record.asked) at -= by;
      return true;
    });
  }

  SmallShop shop_;
  Repository repository_ = Repository::open(shop_.shop());
  std::string run_;
  std::mutex mutex_;
  bool broken_ = false;
  std::vector<Ingestion> told_;
};

TEST_F(Refreshes, AskNobodyWhoDoesNotKnowTheDataSet) {
  EXPECT_EQ(refresh().state, State::not_set_up);
  keep_quicksight_error(repository_, "orders", "no table could be written");
  EXPECT_EQ(refresh().state, State::not_set_up);
  EXPECT_EQ(record().error, "no table could be written");
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(Refreshes, TellARunOnceByNamesThatStay) {
  set_up(32);
  EXPECT_EQ(refresh().state, State::done);
  EXPECT_EQ(refresh().state, State::known);
  const std::string id = ingestion_id(run_);
  EXPECT_EQ(id.find('.'), std::string::npos);
  EXPECT_THAT(told_, ElementsAre(Ingestion{"shop-orders-forecasts", id},
                                 Ingestion{"shop-orders-sales_by_hour", id}));
  EXPECT_EQ(record().told, run_);
  EXPECT_EQ(record().wanted, "");
}

TEST_F(Refreshes, ThatFailAreKeptAndDoneLater) {
  set_up(32);
  broken_ = true;
  EXPECT_THROW(refresh(), Error);
  EXPECT_EQ(record().error, "throttled");
  EXPECT_EQ(record().wanted, run_);
  broken_ = false;
  EXPECT_EQ(refresh().state, State::done);
  EXPECT_EQ(record().error, "");
  EXPECT_THAT(record().asked, SizeIs(2));  // the first one may have been counted there
}

TEST_F(Refreshes, BeyondTheDaysNumberAreOneOfTheNewestRun) {
  set_up(1);
  EXPECT_EQ(refresh().state, State::done);
  another_run(29);
  const QuickSightRefresh late = refresh();
  EXPECT_EQ(late.state, State::waits);
  EXPECT_GT(late.due, repository_.store().now() + std::chrono::hours(23));
  another_run(30);
  EXPECT_EQ(refresh().state, State::waits);
  EXPECT_EQ(record().wanted, run_);
  age(std::chrono::hours(25));
  EXPECT_EQ(refresh().state, State::done);
  EXPECT_THAT(told_, SizeIs(4));
  EXPECT_EQ(told_.back().second, ingestion_id(run_));
}

TEST_F(Refreshes, OfManyHostsKeepTheNumberTogether) {
  set_up(3);
  change_quicksight_record(repository_, "orders", [&](QuickSightRecord& record) {
    record.asked.push_back(repository_.store().now());
    return true;
  });
  {
    std::vector<std::jthread> hosts;
    for (int i = 0; i < 8; ++i) hosts.emplace_back([this] { refresh(); });
  }
  EXPECT_LE(record().asked.size(), 3U);
  EXPECT_EQ(told_.size(), 2 * (record().asked.size() - 1));
  EXPECT_THAT(told_, Each(testing::Field(&Ingestion::second, ingestion_id(run_))));
  EXPECT_EQ(record().told, run_);
}

}  // namespace
}  // namespace forecart
