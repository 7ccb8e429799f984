#include "models/lstm/checkpoint.h"

#include "base/error.h"
#include "base/random.h"
#include "models/lstm/training_keeper.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace forecart::lstm {
namespace {

constexpr std::size_t kParameters = 7;
const std::string kKey(64, 'a');

net::AlignedVector<float> counting(std::size_t size, float from) {
  net::AlignedVector<float> values(size);
  for (float& value : values) value = from++;
  return values;
}

TrainingResult result_at(int step, float from) {
  TrainingResult result;
  result.parameters = counting(kParameters, from);
  result.steps = step;
  result.planned = 900;
  result.best_step = step - 50;
  result.loss = 0.25;
  result.held_out = 0.5;
  return result;
}

TrainingState state_at(int step) {
  TrainingState state;
  state.weights = {counting(kParameters, 1), counting(kParameters, 2), counting(2 * kParameters, 3),
                   step, step - 1};
  state.pace = {step, 0.4, 0.01, 0.2, true};
  state.best = result_at(step, 5);
  state.start_held_out = 0.75;
  state.spent = 12.5;
  return state;
}

void expect_equal(const TrainingState& one, const TrainingState& other) {
  EXPECT_EQ(one.weights.parameters, other.weights.parameters);
  EXPECT_EQ(one.weights.average, other.weights.average);
  EXPECT_EQ(one.weights.moments, other.weights.moments);
  EXPECT_EQ(one.weights.updates, other.weights.updates);
  EXPECT_EQ(one.weights.adam_steps, other.weights.adam_steps);
  EXPECT_EQ(one.pace.share, other.pace.share);
  EXPECT_EQ(one.pace.bound, other.pace.bound);
  EXPECT_EQ(one.best.parameters, other.best.parameters);
  EXPECT_EQ(one.best.best_step, other.best.best_step);
  EXPECT_EQ(one.best.planned, other.best.planned);
  EXPECT_EQ(one.start_held_out, other.start_held_out);
  EXPECT_EQ(one.spent, other.spent);
}

TEST(Checkpoint, IsReadAsWritten) {
  for (const bool last : {false, true}) {
    Checkpoint checkpoint{state_at(250)};
    if (last) checkpoint.first = result_at(700, 9);
    const Checkpoint read = read_checkpoint(write_checkpoint(checkpoint, kKey), kKey, kParameters);
    expect_equal(read.state, checkpoint.state);
    ASSERT_EQ(read.first.has_value(), last);
    if (!last) continue;
    EXPECT_EQ(read.first->parameters, checkpoint.first->parameters);
    EXPECT_EQ(read.first->steps, 700);
  }
}

TEST(Checkpoint, OfAnotherTrainingIsRefused) {
  const std::string bytes = write_checkpoint({state_at(250)}, kKey);
  EXPECT_THROW(read_checkpoint(bytes, std::string(64, 'b'), kParameters), Error);
  EXPECT_THROW(read_checkpoint(bytes, kKey, kParameters + 1), Error);
}

TEST(Checkpoint, EveryDamageIsFound) {
  const std::string bytes = write_checkpoint({state_at(250)}, kKey);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_THROW(read_checkpoint(damaged, kKey, kParameters), Error) << i;
    EXPECT_THROW(read_checkpoint(bytes.substr(0, i), kKey, kParameters), Error) << i;
  }
  EXPECT_THROW(read_checkpoint(bytes + "x", kKey, kParameters), Error);
}

TEST(Checkpoint, WithAGoodSealButNonsenseIsRefused) {
  const auto refused = [](const auto& spoil) {
    TrainingState state = state_at(250);
    spoil(state);
    EXPECT_THROW(read_checkpoint(write_checkpoint({state}, kKey), kKey, kParameters), Error);
  };
  refused([](TrainingState& state) { state.weights.parameters[3] = std::nanf(""); });
  refused([](TrainingState& state) { state.weights.moments[0] = INFINITY; });
  refused([](TrainingState& state) { state.pace.done = 0; });
  refused([](TrainingState& state) { state.pace.share = 1.5; });
  refused([](TrainingState& state) { state.pace.update = -1; });
  refused([](TrainingState& state) { state.best.best_step = 300; });
  refused([](TrainingState& state) { state.best.steps = 200; });
  refused([](TrainingState& state) { state.weights.updates = -4; });
  refused([](TrainingState& state) { state.best.loss = NAN; });
}

TEST(Checkpoint, AnyBytesAreRefused) {
  Generator generator(5);
  const std::size_t size = write_checkpoint({state_at(250)}, kKey).size();
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(i % 2 == 0 ? size : generator.below(2 * size), '\0');
    for (char& byte : bytes) byte = static_cast<char>(generator.below(256));
    EXPECT_THROW(read_checkpoint(bytes, kKey, kParameters), Error);
  }
}

class Messages final : public Progress {
 public:
  void report(const std::string&, double, const std::string&) override {}
  void note(const std::string& message) override { all.push_back(message); }

  std::vector<std::string> all;
};

class Keeper : public testing::Test {
 protected:
  Keeper() { std::filesystem::remove_all(folder_); }
  ~Keeper() override { std::filesystem::remove_all(folder_); }

  TrainingKeeper keeper() {
    return {{folder_, kKey}, kParameters, messages_, [this] { return now_; }};
  }
  bool is_there() const { return std::filesystem::exists(file_); }

  double now_ = 0;
  Messages messages_;
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("forecart-keeper-" + std::to_string(getpid()));
  std::filesystem::path file_ = folder_ / (kKey + ".training");
};

TEST_F(Keeper, KeepsEveryFewSecondsAndFindsWhatWasKept) {
  TrainingKeeper one = keeper();
  EXPECT_FALSE(one.take().has_value());
  one.keep(state_at(100));
  EXPECT_FALSE(is_there());
  now_ = 4;
  one.keep(state_at(150));
  EXPECT_TRUE(is_there());
  now_ = 5;
  one.keep(state_at(200));

  TrainingKeeper other = keeper();
  EXPECT_EQ(other.spent(), 12.5);
  expect_equal(other.take().value(), state_at(150));
  EXPECT_FALSE(other.take().has_value());
  EXPECT_FALSE(other.first().has_value());
  ASSERT_EQ(messages_.all.size(), 1);
  EXPECT_NE(messages_.all.front().find("goes on from step 150"), std::string::npos);
  other.remove();
  EXPECT_FALSE(is_there());
}

TEST_F(Keeper, KnowsTheLastTrainingFromTheFirst) {
  TrainingKeeper one = keeper();
  one.begin_last(result_at(700, 9));
  now_ = 4;
  one.keep(state_at(100));
  TrainingKeeper other = keeper();
  ASSERT_TRUE(other.first().has_value());
  other.begin_last(*other.first());
  expect_equal(other.take().value(), state_at(100));
}

TEST_F(Keeper, IgnoresADamagedFileAndSaysSo) {
  std::filesystem::create_directories(folder_);
  std::ofstream(file_) << "not a checkpoint";
  EXPECT_FALSE(keeper().take().has_value());
  ASSERT_EQ(messages_.all.size(), 1);
  EXPECT_NE(messages_.all.front().find("is ignored: its size"), std::string::npos);
}

TEST_F(Keeper, GoesOnWhereNothingCanBeWritten) {
  TrainingKeeper one = keeper();
  std::filesystem::remove_all(folder_);
  for (now_ = 4; now_ < 20; now_ += 4) one.keep(state_at(100));
  EXPECT_EQ(messages_.all.size(), 1);
}

TEST_F(Keeper, RefusesAFolderThatCannotBe) {
  std::ofstream(folder_) << "a file";
  EXPECT_THROW(keeper(), Error);
}

}  // namespace
}  // namespace forecart::lstm
