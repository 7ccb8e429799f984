#include "http/event_hub.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

bool all(const std::string&) {
  return true;
}

TEST(EventHub, TellsWhatIsNew) {
  EventHub hub(4);
  const std::uint64_t begin = hub.last();
  EXPECT_EQ(hub.since(begin, all).text, "");
  hub.publish("a", "run", "1");
  hub.publish("b", "run", "2");
  const EventHub::Text text =
      hub.since(begin, [](const std::string& topic) { return topic == "b"; });
  EXPECT_EQ(text.last, begin + 2);
  EXPECT_EQ(text.text, "id: " + std::to_string(begin + 2) + "\nevent: run\ndata: 2\n\n");
  EXPECT_EQ(hub.since(text.last, all).text, "");
}

TEST(EventHub, SaysThatSomeAreLost) {
  EventHub hub(2);
  const std::uint64_t begin = hub.last();
  for (const char* data : {"1", "2", "3"}) hub.publish("a", "run", data);
  for (const std::uint64_t known : {begin, begin + 100, std::uint64_t{7}}) {
    const std::string text = hub.since(known, all).text;
    EXPECT_THAT(text, StartsWith("id: " + std::to_string(begin + 1) + "\nevent: missed\n"));
    EXPECT_THAT(text, HasSubstr("data: 3"));
  }
  EXPECT_THAT(hub.since(begin + 1, all).text, testing::Not(HasSubstr("missed")));
}

TEST(EventHub, WakesForEachEventFromSeveralThreads) {
  EventHub hub;
  std::atomic<int> woken{0};
  hub.on_event([&] { ++woken; });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 100; ++k) hub.publish("a", "run", "x");
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(woken, 400);
  hub.on_event(nullptr);
  hub.publish("a", "run", "x");
  EXPECT_EQ(woken, 400);
}

}  // namespace
}  // namespace forecart
