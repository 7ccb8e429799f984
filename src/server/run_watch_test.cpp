#include "server/run_watch.h"

#include "pipeline/small_shop.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <thread>

namespace forecart {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RunWatchTest : public testing::Test {
 protected:
  /// The data of events since the beginning, as soon as there are so many; fewer after a while.
  std::vector<std::string> told(std::size_t count) const {
    std::vector<std::string> runs;
    for (int i = 0; i < 300 && runs.size() < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      runs.clear();
      const std::string text = hub.since(begin, [](const auto&) { return true; }).text;
      for (std::size_t at = text.find("event: published\ndata: "); at != std::string::npos;
           at = text.find("event: published\ndata: ", at + 1)) {
        const std::size_t data = at + 23;
        const auto event = nlohmann::json::parse(text.substr(data, text.find('\n', data) - data));
        EXPECT_EQ(event["dataset"], "orders");
        runs.push_back(event["run"]);
      }
    }
    return runs;
  }

  SmallShop shop;
  Repository repository = Repository::open(shop.shop().string());
  EventHub hub;
  std::uint64_t begin = hub.last();
  std::atomic<int> heard{0};
};

TEST_F(RunWatchTest, TellsOfRunsThatOthersPublishAndOfEachOnce) {
  const std::string before = shop.run().run;
  hub.set_listeners(1);
  RunWatch watch(
      repository, hub, [this](const std::string&) { ++heard; }, std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_THAT(told(0), IsEmpty()) << "what was current before is nothing new";
  const std::string first = shop.run().run;
  EXPECT_THAT(told(1), ElementsAre(first));
  const std::string second = shop.run().run;
  EXPECT_THAT(told(2), ElementsAre(first, second));
  watch.hurry();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_THAT(told(2), ElementsAre(first, second));
  EXPECT_EQ(heard, 2);
}

TEST_F(RunWatchTest, LooksWhileAnybodyListensAndThenTellsWhatCameBefore) {
  RunWatch watch(
      repository, hub, [this](const std::string&) { ++heard; }, std::chrono::hours(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const std::string run = shop.run().run;
  watch.hurry();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(heard, 0) << "nobody listens";
  hub.set_listeners(1);
  watch.hurry();
  EXPECT_THAT(told(1), ElementsAre(run));
}

}  // namespace
}  // namespace forecart
